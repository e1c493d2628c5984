import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { afterEarlierChanges } from '../../../api/own-changes.ts';

type Action = { splitFrom: string } | { undoMergeId: string } | { remergeId: string };

/** Splits a conversation, or undoes a merge into it. */
export function useMergeSplit(instanceId: string, conversationId: string) {
  const client = useQueryClient();
  const path = { instanceId, conversationId };
  return useMutation<unknown, ProblemError, Action>({
    mutationFn: (action) => afterEarlierChanges([conversationId], () => send(path, action)),
    onError: (error) => notifications.show({ color: 'red', title: error.message, message: error.detail }),
    // Messages may have moved to another conversation: drop the cached page.
    onSuccess: () => client.resetQueries({ queryKey: [instanceId, 'conversation', conversationId] }),
    onSettled: () => client.invalidateQueries({ queryKey: [instanceId, 'customer'] }),
  });
}

function send(path: { instanceId: string; conversationId: string }, action: Action): Promise<unknown> {
  if ('splitFrom' in action) {
    return unwrapResponse(
      api.POST('/api/instances/{instanceId}/conversations/{conversationId}/split', {
        params: { path },
        body: { messageId: action.splitFrom },
      }),
    );
  }
  if ('undoMergeId' in action) {
    return unwrapResponse(
      api.DELETE('/api/instances/{instanceId}/conversations/{conversationId}/merges/{mergeId}', {
        params: { path: { ...path, mergeId: action.undoMergeId } },
      }),
    );
  }
  return unwrapResponse(
    api.POST('/api/instances/{instanceId}/conversations/{conversationId}/merge', {
      params: { path },
      body: { fromId: action.remergeId },
    }),
  );
}
