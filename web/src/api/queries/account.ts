import { queryOptions } from '@tanstack/react-query';
import { api, type Me, unwrapResponse } from '../client.ts';
import { fetchWholeList, instanceParams } from './instance-params.ts';

/** The key of every other query starts with the id of its instance, so that all can be refetched at once. */
export const me = queryOptions({
  queryKey: ['me'],
  queryFn: (): Promise<Me> => unwrapResponse(api.GET('/api/me')),
  staleTime: 60_000,
});

export const sessions = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: () => fetchWholeList((query) => api.GET('/api/me/sessions', { params: { query } })),
});

/** Where people can sign in besides their password. */
export const signInProviders = queryOptions({
  queryKey: ['sign-in-providers'],
  queryFn: () => unwrapResponse(api.GET('/api/sign-in')),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The ways in which the user can sign in. */
export const signInWays = queryOptions({
  queryKey: ['me', 'sign-in-ways'],
  queryFn: () => unwrapResponse(api.GET('/api/me/sign-in-ways')),
});

/** What the members of an instance must sign in with. */
export const signInRequirement = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'sign-in'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/required-sign-in', { params: instanceParams(instanceId) }),
      ),
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

/** Whether notifications are pushed to this browser. */
export const push = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'push'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/notifications/push', { params: instanceParams(instanceId) }),
      ),
  });
