import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api, type ConversationPage, type Problem } from '../../api/client.ts';
import { conversation, people } from '../../api/queries.ts';

type Change = {
  status?: 'open' | 'snoozed' | 'done';
  assigneeId?: string | null;
  snoozedUntil?: string | null;
};

/** Changes a conversation: shown at once, taken back with the reason where the server refuses. */
export function useChange(instanceId: string, conversationId: string) {
  const client = useQueryClient();
  const { queryKey } = conversation(instanceId, conversationId);
  return useMutation({
    mutationFn: (change: Change) => {
      // What a colleague changed since this page was told is not overwritten unseen.
      const version = client.getQueryData<ConversationPage>(queryKey)?.conversation.version;
      return answer(
        api.PATCH('/api/instances/{instanceId}/conversations/{conversationId}', {
          params: { path: { instanceId, conversationId } },
          body: { ...change, ...(version !== undefined && { version }) },
        }),
      );
    },
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey, exact: true });
      const before = client.getQueryData<ConversationPage>(queryKey);
      const members = client.getQueryData(people(instanceId).queryKey)?.people;
      const assignee =
        change.assigneeId === undefined
          ? before?.conversation.assignee
          : (members?.find(({ id }) => id === change.assigneeId) ?? null);
      if (before) {
        const { assigneeId: _assigneeId, ...rest } = change;
        client.setQueryData(queryKey, {
          ...before,
          conversation: { ...before.conversation, ...rest, assignee: assignee ?? null },
        });
      }
      return { before };
    },
    onError: (error: Problem, _change, context) => {
      if (context?.before) client.setQueryData(queryKey, context.before);
      const meanwhile = error.code === 'changed-meanwhile';
      notifications.show({
        color: meanwhile ? 'yellow' : 'red',
        title: error.message,
        message: error.remedy,
      });
    },
    onSuccess: ({ conversation }) =>
      client.setQueryData<ConversationPage>(queryKey, (page) => page && { ...page, conversation }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: [instanceId, 'conversations'] });
      void client.invalidateQueries({ queryKey: [instanceId, 'views'] });
    },
  });
}
