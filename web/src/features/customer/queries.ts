import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../../api/client.ts';
import type { components } from '../../api/generated/schema.ts';

export type CustomerPage = components['schemas']['CustomerPage'];
export type CustomerRow = components['schemas']['CustomerRow'];
export type CustomerMessage = components['schemas']['CustomerMessage'];

export const customer = (instanceId: string, customerId: string) =>
  queryOptions({
    queryKey: [instanceId, 'customer', customerId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/{customerId}', {
          params: { path: { instanceId, customerId } },
        }),
      ),
  });

export const customerTimeline = (instanceId: string, customerId: string) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'customer', customerId, 'timeline'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/{customerId}/timeline', {
          params: { path: { instanceId, customerId }, query: pageParam ? { before: pageParam } : {} },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const customerList = (instanceId: string, search: string) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'customer-list', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/list', {
          params: { path: { instanceId }, query: { search, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
