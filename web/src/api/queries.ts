import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Me } from './client.ts';

export type View = 'mine' | 'unassigned' | 'open' | 'snoozed' | 'done';
export const views: View[] = ['mine', 'unassigned', 'open', 'snoozed', 'done'];

/** Every query of an instance begins with its id, so that all of them can be asked anew at once. */
export const me = queryOptions({
  queryKey: ['me'],
  queryFn: (): Promise<Me> => answer(api.GET('/api/me')),
  staleTime: 60_000,
});

const at = (instanceId: string) => ({ path: { instanceId } });

export const viewCounts = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'views'],
    queryFn: () => answer(api.GET('/api/instances/{instanceId}/views', { params: at(instanceId) })),
  });

export const conversations = (instanceId: string, view: View, mailboxId?: string) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'conversations', view, mailboxId ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/instances/{instanceId}/conversations', {
          params: { ...at(instanceId), query: { view, mailboxId, after: pageParam, limit: 50 } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const conversation = (instanceId: string, conversationId: string) =>
  queryOptions({
    queryKey: [instanceId, 'conversation', conversationId],
    queryFn: () =>
      answer(
        api.GET('/api/instances/{instanceId}/conversations/{conversationId}', {
          params: { path: { instanceId, conversationId } },
        }),
      ),
  });

export const replyDefaults = (instanceId: string, conversationId: string, all: boolean) =>
  queryOptions({
    queryKey: [instanceId, 'conversation', conversationId, 'reply', all],
    queryFn: () =>
      answer(
        api.GET('/api/instances/{instanceId}/conversations/{conversationId}/reply-defaults', {
          params: { path: { instanceId, conversationId }, query: { all: all ? 'true' : 'false' } as never },
        }),
      ),
  });

export const people = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'people'],
    queryFn: () => answer(api.GET('/api/instances/{instanceId}/people', { params: at(instanceId) })),
    staleTime: 60_000,
  });

export const senders = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', 'senders'],
    queryFn: () => answer(api.GET('/api/instances/{instanceId}/senders', { params: at(instanceId) })),
  });

export const mailboxes = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes'],
    queryFn: () => answer(api.GET('/api/instances/{instanceId}/mailboxes', { params: at(instanceId) })),
  });

export const templates = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'templates'],
    queryFn: () => answer(api.GET('/api/instances/{instanceId}/templates', { params: at(instanceId) })),
    staleTime: 60_000,
  });

export const notifications = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'notifications'],
    queryFn: () => answer(api.GET('/api/instances/{instanceId}/notifications', { params: at(instanceId) })),
  });

export const receiving = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'receiving'],
    queryFn: () => answer(api.GET('/api/instances/{instanceId}/receiving', { params: at(instanceId) })),
  });

export const connection = (instanceId: string, connectionId: string) =>
  queryOptions({
    queryKey: [instanceId, 'connection', connectionId],
    queryFn: () =>
      answer(
        api.GET('/api/instances/{instanceId}/connections/{connectionId}', {
          params: { path: { instanceId, connectionId } },
        }),
      ),
  });
