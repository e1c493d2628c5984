import { queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../client.ts';
import { instanceParams } from './instance-params.ts';

export const retention = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'retention'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/retention', { params: instanceParams(instanceId) }),
      ),
  });

/** What would be deleted; asked again each time it is looked at. */
export const retentionPreview = (instanceId: string, days: number) =>
  queryOptions({
    queryKey: [instanceId, 'retention-preview', days],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/retention/preview', {
          params: { path: { instanceId }, query: { days } },
        }),
      ),
    staleTime: 0,
  });
