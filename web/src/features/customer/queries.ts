import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { components } from '../../../../client/src/generated/schema.ts';
import { api, unwrapResponse } from '../../api/client.ts';

export type CustomerPage = components['schemas']['CustomerPage'];
export type CustomerRow = components['schemas']['CustomerRow'];

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

/** The notes about a customer, newest first. */
export const customerNotes = (instanceId: string, customerId: string) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'customer', customerId, 'notes'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/{customerId}/notes', {
          params: { path: { instanceId, customerId }, query: pageParam ? { after: pageParam } : {} },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const customerTimeline = (instanceId: string, customerId: string) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'customer', customerId, 'timeline'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/{customerId}/timeline', {
          params: { path: { instanceId, customerId }, query: pageParam ? { after: pageParam } : {} },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export type ConversationStatus = 'open' | 'snoozed' | 'done';

/** The conversations of a customer with one status, newest first. */
export const customerConversations = (instanceId: string, customerId: string, status: ConversationStatus) =>
  infiniteQueryOptions({
    queryKey: [instanceId, 'customer', customerId, 'conversations', status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/{customerId}/conversations', {
          params: {
            path: { instanceId, customerId },
            query: { status, ...(pageParam && { after: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** The newest conversations of a customer, whatever their status. */
export const latestConversations = (instanceId: string, customerId: string) =>
  queryOptions({
    queryKey: [instanceId, 'customer', customerId, 'latest-conversations'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/{customerId}/conversations', {
          params: { path: { instanceId, customerId }, query: { limit: 11 } },
        }),
      ),
  });

export type VolumePeriod = { from: string; to: string; step: 'week' | 'month' };

/** How much was written with a customer, over time. */
export const customerVolume = (instanceId: string, customerId: string, period: VolumePeriod) =>
  queryOptions({
    queryKey: [instanceId, 'customer', customerId, 'volume', period],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers/{customerId}/volume', {
          params: { path: { instanceId, customerId }, query: period },
        }),
      ),
    placeholderData: keepPreviousData,
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
