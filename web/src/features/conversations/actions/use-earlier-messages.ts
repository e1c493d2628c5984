import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type ConversationPage, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { conversation } from '../../../api/queries/conversation.ts';

/** Fetches earlier messages of an open conversation and adds them to its page. */
export function useEarlierMessages(instanceId: string, conversationId: string) {
  const client = useQueryClient();
  const { queryKey } = conversation(instanceId, conversationId);
  return useMutation({
    mutationFn: (after: string) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/conversations/{conversationId}/messages', {
          params: { path: { instanceId, conversationId }, query: { after } },
        }),
      ),
    onSuccess: async ({ messages, next, events }) => {
      // A fetch in progress still starts at the old first message.
      await client.cancelQueries({ queryKey, exact: true });
      client.setQueryData<ConversationPage>(queryKey, (page) => {
        if (!page) return page;
        const messageIds = new Set(page.messages.map(({ id }) => id));
        const eventIds = new Set(page.events.map(({ id }) => id));
        return {
          ...page,
          next,
          messages: [...messages.filter(({ id }) => !messageIds.has(id)), ...page.messages],
          events: [...events.filter(({ id }) => !eventIds.has(id)), ...page.events],
        };
      });
    },
    onError: (error: ProblemError) =>
      notifications.show({ color: 'red', title: error.message, message: error.detail }),
  });
}
