import { queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../client.ts';
import { instanceParams } from './instance-params.ts';

/** No event reports a figure, so an open page asks again. */
export const health = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'health'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/health', { params: instanceParams(instanceId) })),
    refetchInterval: 10_000,
  });
