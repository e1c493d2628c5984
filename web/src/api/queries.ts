import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  type AuditEntry,
  api,
  type ConversationPage,
  type ListPage,
  type Me,
  unwrapResponse,
} from './client.ts';
import type { paths } from './generated/schema.ts';

export type View = 'mine' | 'unassigned' | 'open' | 'snoozed' | 'done' | 'mentions' | 'quiet';
export const views: View[] = ['mine', 'unassigned', 'open', 'snoozed', 'done', 'mentions', 'quiet'];

/** The key of every other query starts with the id of its instance, so that all can be refetched at once. */
export const me = queryOptions({
  queryKey: ['me'],
  queryFn: (): Promise<Me> => unwrapResponse(api.GET('/api/me')),
  staleTime: 60_000,
});

const instanceParams = (instanceId: string) => ({ path: { instanceId } });

export const viewCounts = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'view-counts'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/views', {
          params: { ...instanceParams(instanceId), query: { timeZone: localTimeZone() } },
        }),
      ),
  });

/** The conversations of a list: those of a view, of a view in one mailbox, or those a search finds. */
export type ListFilter = { view: View; mailboxId?: string; query?: string };

/** The time zone in which a search reads dates. */
export const localTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/**
 * The pages of a list as far as the user has scrolled. Never refetched as a whole: changes are written into the
 * pages row by row (list-pages.ts), so that a list of thousands costs no more than a short one.
 */
export const conversationList = (instanceId: string, { view, mailboxId, query }: ListFilter) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'conversation-list', { view, mailboxId, query }] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: after }): Promise<ListPage> => {
      if (query === undefined) {
        const queryParams = { view, mailboxId, after, limit: after ? 200 : 50 };
        return unwrapResponse(
          api.GET('/api/instances/{instanceId}/conversations', {
            params: { ...instanceParams(instanceId), query: queryParams },
          }),
        );
      }
      const queryParams = { q: query, timeZone: localTimeZone(), after, limit: 50 };
      return unwrapResponse(
        api.GET('/api/instances/{instanceId}/search', {
          params: { ...instanceParams(instanceId), query: queryParams },
        }),
      );
    },
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    structuralSharing: false,
  });

export const tags = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'tags'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/tags', { params: instanceParams(instanceId) })),
    staleTime: 60_000,
  });

export const filters = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'filters'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/filters', { params: instanceParams(instanceId) })),
    staleTime: 60_000,
  });

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

/** `viewing` false: the user has left; that request is also sent while the page closes. */
export const sendPresence = (instanceId: string, conversationId: string, viewing: boolean) =>
  unwrapResponse(
    api.POST('/api/instances/{instanceId}/conversations/{conversationId}/presence', {
      params: { path: { instanceId, conversationId } },
      body: { present: viewing },
      keepalive: !viewing,
    }),
  );

export const messageSource = (instanceId: string, messageId: string) =>
  queryOptions({
    queryKey: [instanceId, 'source', messageId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/messages/{messageId}/source', {
          params: { path: { instanceId, messageId } },
        }),
      ),
  });

/** Where a passage occurs, before it is redacted. */
export const passageOccurrences = (instanceId: string, messageId: string, passage: string) =>
  queryOptions({
    queryKey: [instanceId, 'passage-occurrences', messageId, passage],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/messages/{messageId}/passage', {
          params: { path: { instanceId, messageId } },
          body: { passage },
        }),
      ),
    enabled: passage.trim().length > 0,
    // Content that will be redacted must not stay in the cache.
    gcTime: 0,
  });

export const contentSettings = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'content-settings'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/content-settings', { params: instanceParams(instanceId) }),
      ),
  });

export const replyDefaults = (instanceId: string, conversationId: string, all: boolean) =>
  queryOptions({
    queryKey: [instanceId, 'conversation', conversationId, 'reply', all],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/conversations/{conversationId}/reply-defaults', {
          params: { path: { instanceId, conversationId }, query: { all: all ? 'true' : 'false' } as never },
        }),
      ),
  });

export const people = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'people'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/people', { params: instanceParams(instanceId) })),
    staleTime: 60_000,
  });

export const members = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'members'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/members', { params: instanceParams(instanceId) })),
  });

export const sessions = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: () => unwrapResponse(api.GET('/api/me/sessions')),
});

export type AuditFilters = {
  actorId?: string;
  action?: AuditEntry['action'];
  subject?: string;
  from?: string;
  until?: string;
};

export const auditLog = (instanceId: string, queryParams: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'audit', queryParams],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/audit', {
          params: { ...instanceParams(instanceId), query: { ...queryParams, after: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const senders = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', 'senders'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/senders', { params: instanceParams(instanceId) })),
  });

export const mailboxes = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/mailboxes', { params: instanceParams(instanceId) }),
      ),
  });

export const templates = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'templates'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/templates', { params: instanceParams(instanceId) }),
      ),
    staleTime: 60_000,
  });

export const template = (instanceId: string, templateId: string) =>
  queryOptions({
    queryKey: [instanceId, 'templates', templateId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/templates/{templateId}', {
          params: { path: { instanceId, templateId } },
        }),
      ),
  });

export const googleSetUp = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'google-setup'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/google-set-up', { params: instanceParams(instanceId) }),
      ),
  });

/** Sends requests to Google, so it runs when the page opens and when the user asks for it only. */
export const googleChecks = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'google-setup', 'checks'],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/google-set-up/check', { params: instanceParams(instanceId) }),
      ),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const notifications = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'notifications'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/notifications', { params: instanceParams(instanceId) }),
      ),
  });

export const notificationPreferences = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'notification-preferences'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/notifications/preferences', {
          params: instanceParams(instanceId),
        }),
      ),
  });

export const receiving = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'receiving'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/receiving', { params: instanceParams(instanceId) }),
      ),
  });

export const connection = (instanceId: string, connectionId: string) =>
  queryOptions({
    queryKey: [instanceId, 'connection', connectionId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/connections/{connectionId}', {
          params: { path: { instanceId, connectionId } },
        }),
      ),
  });

/** The user's drafts in a conversation; null: their new messages. */
export const drafts = (instanceId: string, conversationId: string | null) =>
  queryOptions({
    queryKey: [instanceId, 'drafts', conversationId ?? ''],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/drafts', {
          params: { ...instanceParams(instanceId), query: conversationId ? { conversationId } : {} },
        }),
      ),
    staleTime: 0,
  });

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

export const writingSettings = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'writing-settings'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/writing-settings', { params: instanceParams(instanceId) }),
      ),
  });

export const savedReplies = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'saved-replies'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/saved-replies', { params: instanceParams(instanceId) }),
      ),
    staleTime: 60_000,
  });

export const customers = (instanceId: string, query: string) =>
  queryOptions({
    queryKey: [instanceId, 'customers', query],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers', {
          params: { ...instanceParams(instanceId), query: { query } },
        }),
      ),
    enabled: query.trim().length > 0,
  });

/** One mailbox and its status; polled, as no event reports quota and backlog. */
export const mailboxPage = (instanceId: string, mailboxId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', mailboxId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/mailboxes/{mailboxId}', {
          params: { path: { instanceId, mailboxId } },
        }),
      ),
    refetchInterval: 10_000,
  });

/** The newest open conversations of a mailbox, for a choice. */
export const newestConversations = (instanceId: string, mailboxId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', mailboxId, 'newest'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/conversations', {
          params: { ...instanceParams(instanceId), query: { view: 'open', mailboxId, limit: 10 } },
        }),
      ),
    staleTime: 60_000,
  });

export const mailboxTraffic = (instanceId: string, mailboxId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', mailboxId, 'traffic'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/mailboxes/{mailboxId}/traffic', {
          params: {
            path: { instanceId, mailboxId },
            query: { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
          },
        }),
      ),
    staleTime: 60_000,
  });

type MailboxPreviewInput =
  paths['/api/instances/{instanceId}/mailbox-previews']['post']['requestBody']['content']['application/json'];

export const mailboxPreview = (instanceId: string, body: MailboxPreviewInput) =>
  queryOptions({
    queryKey: [instanceId, 'mailbox-preview', body],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/mailbox-previews', {
          params: instanceParams(instanceId),
          body,
        }),
      ),
    staleTime: 60_000,
  });
