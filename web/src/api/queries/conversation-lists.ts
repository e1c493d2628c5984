import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type ListPage, unwrapResponse } from '../client.ts';
import { fetchWholeList, instanceParams } from './instance-params.ts';

export type View = 'mine' | 'unassigned' | 'open' | 'snoozed' | 'done' | 'mentions' | 'quiet';

export const views: View[] = ['mine', 'unassigned', 'open', 'snoozed', 'done', 'mentions', 'quiet'];

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

/** The messages that cannot be read; below the counts, so that what changes these refreshes them as well. */
export const unreadableMessages = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'view-counts', 'unreadable'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/unreadable-messages', {
          params: { ...instanceParams(instanceId), query },
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

/** A search that found nothing, with its misspelt words corrected. */
export const searchCorrection = (instanceId: string, query: string) =>
  queryOptions({
    queryKey: [instanceId, 'search-correction', query],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/search/correction', {
          params: { ...instanceParams(instanceId), query: { q: query, timeZone: localTimeZone() } },
        }),
      ),
    staleTime: 60_000,
  });

export const filters = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'filters'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/filters', { params: { ...instanceParams(instanceId), query } }),
      ),
    staleTime: 60_000,
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
