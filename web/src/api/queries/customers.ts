import { queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../client.ts';
import { instanceParams } from './instance-params.ts';

export const customers = (instanceId: string, query: string) =>
  queryOptions({
    queryKey: [instanceId, 'customers', query],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/customers', {
          params: { ...instanceParams(instanceId), query: { query } },
        }),
      ),
    enabled: query.trim().length > 0,
  });
