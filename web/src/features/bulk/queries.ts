import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type BulkMessage, type ProblemError, unwrapResponse } from '../../api/client.ts';

const at = (instanceId: string, bulkId: string) => ({ params: { path: { instanceId, bulkId } } });

export const bulkMessages = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'bulk'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/bulk-messages', { params: { path: { instanceId } } }),
      ),
  });

export const bulkMessage = (instanceId: string, bulkId: string) =>
  queryOptions({
    queryKey: [instanceId, 'bulk', bulkId],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/bulk-messages/{bulkId}', at(instanceId, bulkId))),
    // One not written yet has nothing to load.
    retry: false,
  });

export const recipients = (instanceId: string, bulkId: string, after: number) =>
  queryOptions({
    queryKey: [instanceId, 'bulk', bulkId, 'recipients', after],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/bulk-messages/{bulkId}/recipients', {
          params: { path: { instanceId, bulkId }, query: { after } },
        }),
      ),
  });

export const preview = (instanceId: string, bulkId: string, position: number, version: string) =>
  queryOptions({
    queryKey: [instanceId, 'bulk', bulkId, 'preview', position, version],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/bulk-messages/{bulkId}/preview', {
          params: { path: { instanceId, bulkId }, query: { position } },
        }),
      ),
  });

export const allowance = (instanceId: string, bulkId: string) =>
  queryOptions({
    queryKey: [instanceId, 'bulk', bulkId, 'allowance'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/bulk-messages/{bulkId}/allowance', at(instanceId, bulkId)),
      ),
  });

export type Order = 'start' | 'pause' | 'resume' | 'cancel';

/** Everything that changes a bulk message; what is shown of it is asked for anew. */
export function useBulk(instanceId: string, bulkId: string) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: [instanceId, 'bulk'] });
  const order = useMutation<unknown, ProblemError, Order>({
    mutationFn: (what) =>
      unwrapResponse(
        api.POST(`/api/instances/{instanceId}/bulk-messages/{bulkId}/${what}`, at(instanceId, bulkId)),
      ),
    onSuccess,
  });
  const save = useMutation<unknown, ProblemError, Pick<BulkMessage, 'mailboxId' | 'subject' | 'html'>>({
    mutationFn: (body) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/bulk-messages/{bulkId}', { ...at(instanceId, bulkId), body }),
      ),
    onSuccess,
  });
  const add = useMutation<Added, ProblemError, { list: string } | { search: string }>({
    mutationFn: (body) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/bulk-messages/{bulkId}/recipients', {
          ...at(instanceId, bulkId),
          body,
        }),
      ),
    onSuccess,
  });
  /** Takes one customer out again by his position; null takes out all. */
  const clear = useMutation<unknown, ProblemError, number | null>({
    mutationFn: (position) =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/bulk-messages/{bulkId}/recipients', {
          params: {
            path: { instanceId, bulkId },
            ...(position !== null && { query: { position } }),
          },
        }),
      ),
    onSuccess,
  });
  const remove = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/bulk-messages/{bulkId}', at(instanceId, bulkId)),
      ),
    onSuccess,
  });
  const test = useMutation<{ address: string }, ProblemError, number>({
    mutationFn: (position) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/bulk-messages/{bulkId}/test', {
          ...at(instanceId, bulkId),
          body: { position },
        }),
      ),
  });
  return { order, save, add, clear, remove, test };
}

export type Added = {
  added: number;
  duplicates: number;
  unsubscribed: number;
  bad: Array<{ line: number; text: string; reason: string }>;
};
