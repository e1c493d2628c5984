import { queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../client.ts';
import { instanceParams } from './instance-params.ts';

/** While it is paused, it is asked again: another admin, or a command, may end it. */
const pollMs = 10_000;

export const pause = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'pause'],
    queryFn: () =>
      unwrapResponse(api.GET('/api/instances/{instanceId}/pause', { params: instanceParams(instanceId) })),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: (query) => (query.state.data?.pause ? pollMs : false),
  });
