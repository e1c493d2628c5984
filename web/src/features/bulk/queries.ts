import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { paths } from '../../../../client/src/generated/schema.ts';
import {
  api,
  type BulkMessage,
  type EmbeddedProblem,
  ProblemError,
  unwrapResponse,
} from '../../api/client.ts';
import { fetchWholeList } from '../../api/queries/instance-params.ts';

const bulkParams = (instanceId: string, bulkId: string) => ({ params: { path: { instanceId, bulkId } } });

export const bulkMessages = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'bulk'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/bulk-messages', { params: { path: { instanceId }, query } }),
      ),
  });

/** null where it is not on the server yet. After an error the first save would show the page as loading again. */
export const bulkMessage = (instanceId: string, bulkId: string) =>
  queryOptions({
    queryKey: [instanceId, 'bulk', bulkId],
    queryFn: (): Promise<{ bulkMessage: BulkMessage | null }> =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/bulk-messages/{bulkId}', bulkParams(instanceId, bulkId)),
      ).catch((error) => {
        if (error instanceof ProblemError && error.status === 404) return { bulkMessage: null };
        throw error;
      }),
  });

export const recipients = (instanceId: string, bulkId: string, after: string | undefined) =>
  queryOptions({
    queryKey: [instanceId, 'bulk', bulkId, 'recipients', after],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/bulk-messages/{bulkId}/recipients', {
          params: { path: { instanceId, bulkId }, query: { after } },
        }),
      ),
    placeholderData: keepPreviousData,
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
    // The buttons that go from one customer to the next stay in place.
    placeholderData: keepPreviousData,
  });

export const allowance = (instanceId: string, bulkId: string) =>
  queryOptions({
    queryKey: [instanceId, 'bulk', bulkId, 'allowance'],
    queryFn: () =>
      unwrapResponse(
        api.GET(
          '/api/instances/{instanceId}/bulk-messages/{bulkId}/allowance',
          bulkParams(instanceId, bulkId),
        ),
      ),
  });

export type BulkPreview =
  paths['/api/instances/{instanceId}/bulk-messages/{bulkId}/preview']['get']['responses']['200']['content']['application/json'];

export type BulkAction = 'start' | 'pause' | 'resume' | 'cancel';

/** The mutations of a bulk message; each refetches what is shown of it. */
export function useBulkMessage(instanceId: string, bulkId: string) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: [instanceId, 'bulk'] });
  const runAction = useMutation<unknown, ProblemError, BulkAction>({
    mutationFn: (action) =>
      unwrapResponse(
        api.POST(
          `/api/instances/{instanceId}/bulk-messages/{bulkId}/${action}`,
          bulkParams(instanceId, bulkId),
        ),
      ),
    onSuccess,
  });
  const save = useMutation<
    unknown,
    ProblemError,
    Pick<BulkMessage, 'mailboxId' | 'alias' | 'subject' | 'html'>
  >({
    mutationFn: (body) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/bulk-messages/{bulkId}', {
          ...bulkParams(instanceId, bulkId),
          body,
        }),
      ),
    onSuccess,
  });
  const add = useMutation<ImportResult, ProblemError, { list: string } | { search: string }>({
    mutationFn: (body) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/bulk-messages/{bulkId}/recipients', {
          ...bulkParams(instanceId, bulkId),
          body,
        }),
      ),
    onSuccess,
  });
  /** Removes one recipient by position; null removes all. */
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
        api.DELETE('/api/instances/{instanceId}/bulk-messages/{bulkId}', bulkParams(instanceId, bulkId)),
      ),
    onSuccess,
  });
  const test = useMutation<{ address: string }, ProblemError, number>({
    mutationFn: (position) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/bulk-messages/{bulkId}/test', {
          ...bulkParams(instanceId, bulkId),
          body: { position },
        }),
      ),
  });
  return { order: runAction, save, add, clear, remove, test };
}

export type ImportResult = {
  added: number;
  duplicates: number;
  unsubscribed: number;
  /** Customers of a search who get no bulk message, by the reason. */
  leftOut: Record<'automatic' | 'lists' | 'bounced' | 'complained', number>;
  invalid: Array<{ line: number; text: string; problem: EmbeddedProblem }>;
};
