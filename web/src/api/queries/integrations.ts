import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../client.ts';
import { fetchWholeList, instanceParams } from './instance-params.ts';

export const apiKeys = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'api-keys'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/api-keys', { params: { ...instanceParams(instanceId), query } }),
      ),
  });

export const webhooks = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'webhooks'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/webhooks', { params: { ...instanceParams(instanceId), query } }),
      ),
  });

/** The log of a webhook; no event reports a delivery, so an open page asks again. */
export const webhookDeliveries = (instanceId: string, webhookId: string) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'webhook-deliveries', webhookId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/webhooks/{webhookId}/deliveries', {
          params: { path: { instanceId, webhookId }, query: { after: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 5_000,
  });
