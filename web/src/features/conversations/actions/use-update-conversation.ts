import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  api,
  type ConversationPage,
  type ProblemError,
  type Tag,
  unwrapResponse,
} from '../../../api/client.ts';
import { refreshRows } from '../../../api/list-pages.ts';
import { afterEarlierChanges, isBeingChanged } from '../../../api/own-changes.ts';
import { me } from '../../../api/queries/account.ts';
import { conversation, tags } from '../../../api/queries/conversation.ts';
import { people } from '../../../api/queries/people.ts';
import { updateListsOptimistically } from '../../../api/update-rows.ts';
import { announceUpdate } from './announce-update.ts';
import type { ConversationUpdate } from './conversation-update.ts';

type Row = ConversationPage['conversation'];

/** A conversation after a change, as far as the page can compute it. */
export function applyUpdate<Some extends Row>(
  row: Some,
  change: ConversationUpdate,
  lookup: { people?: Array<{ id: string; name: string }> | undefined; tags?: Tag[] | undefined },
): Some {
  const { assigneeId, addTags = [], removeTags = [], spam: _, ...rest } = change;
  const assignee =
    assigneeId === undefined ? row.assignee : (lookup.people?.find(({ id }) => id === assigneeId) ?? null);
  const remaining = row.tags.filter(({ id }) => !removeTags.includes(id) && !addTags.includes(id));
  const added = lookup.tags?.filter(({ id }) => addTags.includes(id)) ?? [];
  return {
    ...row,
    ...rest,
    assignee,
    tags: [...remaining, ...added].toSorted((a, b) => a.name.localeCompare(b.name)),
  };
}

/** Changes a conversation optimistically; a refused change is reverted and its reason shown. */
export function useUpdateConversation(instanceId: string, conversationId: string) {
  const client = useQueryClient();
  const { queryKey } = conversation(instanceId, conversationId);
  return useMutation({
    mutationKey: queryKey,
    mutationFn: (change: ConversationUpdate) =>
      afterEarlierChanges([conversationId], () => {
        // With the version the user saw, so that a colleague's newer change is not overwritten; tags need no check.
        const { addTags: _on, removeTags: _off, ...others } = change;
        const page = client.getQueryData<ConversationPage>(queryKey);
        const version = Object.keys(others).length > 0 ? page?.conversation.version : undefined;
        return unwrapResponse(
          api.PATCH('/api/instances/{instanceId}/conversations/{conversationId}', {
            params: { path: { instanceId, conversationId } },
            body: { ...change, ...(version !== undefined && { version }) },
          }),
        );
      }),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey, exact: true });
      const before = client.getQueryData<ConversationPage>(queryKey);
      const lookup = {
        people: client.getQueryData(people(instanceId).queryKey)?.people,
        tags: client.getQueryData(tags(instanceId).queryKey)?.tags,
      };
      const userId = client.getQueryData(me.queryKey)?.user.id ?? '';
      if (before) {
        client.setQueryData(queryKey, {
          ...before,
          conversation: applyUpdate(before.conversation, change, lookup),
        });
      }
      updateListsOptimistically(client, { instanceId, userId }, new Set([conversationId]), (row) =>
        applyUpdate(row, change, lookup),
      );
      return { before };
    },
    onError: (error: ProblemError, _change, context) => {
      if (context?.before && !isBeingChanged(conversationId)) client.setQueryData(queryKey, context.before);
      const meanwhile = error.code === 'edit-conflict';
      notifications.show({
        color: meanwhile ? 'yellow' : 'red',
        title: error.message,
        message: error.detail,
      });
    },
    onSuccess: ({ conversation }, change) => {
      announceUpdate(change, conversation);
      // What is shown contains the later change already.
      if (isBeingChanged(conversationId)) return;
      client.setQueryData<ConversationPage>(queryKey, (page) => page && { ...page, conversation });
    },
    onSettled: () => {
      if (isBeingChanged(conversationId)) return;
      void client.invalidateQueries({ queryKey });
      void refreshRows(client, instanceId, [conversationId]);
      void client.invalidateQueries({ queryKey: [instanceId, 'view-counts'] });
    },
  });
}
