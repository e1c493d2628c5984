import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { paths } from '../../../../client/src/generated/schema.ts';
import { api, unwrapResponse } from '../client.ts';
import { instanceParams } from './instance-params.ts';

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query: infer Q } } }
  ? Q
  : never;
export type TimesQuery = Query<'/api/instances/{instanceId}/reports/times'>;
export type VolumeQuery = Query<'/api/instances/{instanceId}/reports/volume'>;
export type ReportSubject = Pick<TimesQuery, 'mailboxId' | 'userId' | 'tagId'>;

// Figures change with every message: they are read again each minute instead of at each change.
const eachMinute = { staleTime: 30_000, refetchInterval: 60_000, placeholderData: keepPreviousData };

export const reportTimes = (instanceId: string, query: TimesQuery) =>
  queryOptions({
    queryKey: [instanceId, 'reports', 'times', query],
    // While other times are read, those before are shown: as what they are of.
    queryFn: async () => ({
      ...(await unwrapResponse(
        api.GET('/api/instances/{instanceId}/reports/times', {
          params: { ...instanceParams(instanceId), query },
        }),
      )),
      comparedBy: query.compare,
    }),
    ...eachMinute,
  });

export const reportVolume = (instanceId: string, query: VolumeQuery) =>
  queryOptions({
    queryKey: [instanceId, 'reports', 'volume', query],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/reports/volume', {
          params: { ...instanceParams(instanceId), query },
        }),
      ),
    ...eachMinute,
  });

export const reportBacklog = (instanceId: string, query: ReportSubject) =>
  queryOptions({
    queryKey: [instanceId, 'reports', 'backlog', query],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/reports/backlog', {
          params: { ...instanceParams(instanceId), query },
        }),
      ),
    ...eachMinute,
  });

export const openingHours = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'opening-hours'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/opening-hours', { params: instanceParams(instanceId) }),
      ),
  });
