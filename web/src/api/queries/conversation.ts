import { queryOptions } from '@tanstack/react-query';
import { api, type ConversationPage, unwrapResponse } from '../client.ts';
import { changesAnswered } from '../own-changes.ts';
import { instanceParams } from './instance-params.ts';

export const tags = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'tags'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/tags', { params: instanceParams(instanceId) })),
    staleTime: 60_000,
  });

/** Its key is also that of the mutations that are shown in it before they are answered. */
export const conversation = (instanceId: string, conversationId: string) => {
  const queryKey = [instanceId, 'conversation', conversationId] as const;
  return queryOptions({
    queryKey,
    queryFn: async ({ client }) => {
      const fetchPage = (from?: string) =>
        unwrapResponse(
          api.GET('/api/instances/{instanceId}/conversations/{conversationId}', {
            params: { path: { instanceId, conversationId }, query: from ? { from } : {} },
          }),
        );
      // What is shown has a change that the server does not know yet.
      if (client.isMutating({ mutationKey: queryKey }) > 0) await changesAnswered([conversationId]);
      const before = client.getQueryData<ConversationPage>(queryKey);
      // A refetch starts with the same message, so that earlier messages that are shown stay.
      const first = before?.messages[0];
      const page = await fetchPage(first && `${first.sentAt} ${first.id}`);
      const older = before && mergedMessagesStart(before, page);
      return older ? fetchPage(older) : page;
    },
  });
};

/** The start of messages that were merged in since, if that is before the first message shown; else undefined. */
export function mergedMessagesStart(before: ConversationPage, now: ConversationPage): string | undefined {
  const knownEventIds = new Set(before.events.map(({ id }) => id));
  const mergedStarts = now.events.flatMap(({ id, mergedMessages }) =>
    mergedMessages && !knownEventIds.has(id) ? [mergedMessages.first] : [],
  );
  const first = now.messages[0];
  return mergedStarts.filter((start) => !first || start < `${first.sentAt} ${first.id}`).sort()[0];
}

/** Reports that the user views a conversation; the response lists who else does. */
export const presence = (instanceId: string, conversationId: string) =>
  queryOptions({
    queryKey: [instanceId, 'presence', conversationId],
    queryFn: () => sendPresence(instanceId, conversationId, true),
    refetchInterval: 20_000,
    staleTime: 0,
  });

/** `viewing` false: the user has left. Sent even while the page closes. */
const postPresence = (instanceId: string, conversationId: string, viewing: boolean) =>
  unwrapResponse(
    api.POST('/api/instances/{instanceId}/conversations/{conversationId}/presence', {
      params: { path: { instanceId, conversationId } },
      body: { present: viewing },
      keepalive: !viewing,
    }),
  );

let lastReport: Promise<unknown> = Promise.resolve();

/** One report after the other: the user would stay there until it expires if a leave overtook it. */
const sendPresence = (...report: Parameters<typeof postPresence>) => {
  const sent = lastReport.then(() => postPresence(...report));
  lastReport = sent.catch(() => {});
  return sent;
};

/** Reports that the user has left. `atOnce`: the page closes, so nothing is waited for. */
export const leaveConversation = (
  instanceId: string,
  conversationId: string,
  { atOnce }: { atOnce: boolean },
) => {
  const send = atOnce ? postPresence : sendPresence;
  void send(instanceId, conversationId, false).catch(() => {});
};

/** The colleagues writing in a conversation now; refetched while there are any. */
export const typingUsers = (instanceId: string, conversationId: string) =>
  queryOptions({
    queryKey: [instanceId, 'typing-users', conversationId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/conversations/{conversationId}/writers', {
          params: { path: { instanceId, conversationId } },
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.writers.length ? 20_000 : false),
  });
