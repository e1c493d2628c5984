import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type AuditEntry, api, unwrapResponse } from '../client.ts';
import { fetchWholeList, instanceParams } from './instance-params.ts';

export const people = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'people'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/people', { params: { ...instanceParams(instanceId), query } }),
      ),
    staleTime: 60_000,
  });

export const members = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'members'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/members', { params: { ...instanceParams(instanceId), query } }),
      ),
  });

/** Below the members, so that what changes these refreshes them as well. */
export const pendingInvitations = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'members', 'invitations'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/invitations', {
          params: { ...instanceParams(instanceId), query },
        }),
      ),
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
