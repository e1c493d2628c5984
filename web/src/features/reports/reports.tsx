import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { hasFailed } from '../../api/has-failed.ts';
import { reportTimes, reportVolume } from '../../api/queries/reports.ts';
import { t } from '../../locales/messages.ts';
import { stepOf } from '../../ui/figures/period.ts';
import { formatNumber } from '../../ui/format.ts';
import { formatSeconds } from '../../ui/format-seconds.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { BacklogFigure } from './backlog-figure.tsx';
import { type Compared, CompareFigure } from './compare-figure.tsx';
import { type Filters, ReportFilters } from './report-filters.tsx';
import styles from './reports.module.css';
import { type Times, TimesFigure } from './times-figure.tsx';
import { VolumeFigure, WeekFigure } from './volume-figures.tsx';

/** The reports of an organization: the figures that docs/reports.md defines. */
export function Reports({
  instanceId,
  filters,
  onFilters,
}: {
  instanceId: string;
  filters: Filters;
  onFilters(filters: Filters): void;
}) {
  const { period, withinHours, ...subject } = filters;
  const { from, to } = period;
  const step = stepOf(period);
  const asked = { ...subject, from, to };
  const [compare, setCompare] = useState<Compared>('mailbox');
  const timesQuery = { ...asked, group: step, withinHours: withinHours ? 'true' : 'false' } as const;
  const compared = useQuery(reportTimes(instanceId, { ...timesQuery, compare }));
  // One request reads both. Where it fails, only the comparison is missing.
  const alone = useQuery({ ...reportTimes(instanceId, timesQuery), enabled: hasFailed(compared) });
  const times = hasFailed(compared) ? alone : compared;
  const volume = useQuery(reportVolume(instanceId, { ...asked, step }));
  const failed = [times, volume].find(hasFailed);
  return (
    <>
      <ReportFilters instanceId={instanceId} filters={filters} onChange={onFilters} />
      {failed ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : !times.data || !volume.data ? (
        <LoadingState />
      ) : (
        <Stack gap="lg">
          <dl className={styles.tiles}>
            <TimesTile name={t('reports.first')} times={times.data.total.first} />
            <TimesTile name={t('reports.next')} times={times.data.total.next} />
            <TimesTile name={t('reports.resolution')} times={times.data.total.resolution} />
            {(['arrivals', 'sent', 'done'] as const).map((what) => (
              <Tile key={what} name={t(`reports.${what}`)}>
                {formatNumber(volume.data.steps.reduce((sum, one) => sum + one[what], 0))}
              </Tile>
            ))}
          </dl>
          <TimesFigure groups={times.data.groups} period={period} />
          <CompareFigure
            instanceId={instanceId}
            compare={compare}
            onCompare={setCompare}
            comparedBy={times.data.comparedBy ?? compare}
            groups={times.data.compared ?? []}
            failed={hasFailed(compared) ? compared : null}
          />
          <VolumeFigure steps={volume.data.steps} period={period} />
          <WeekFigure hours={volume.data.hours} />
          <BacklogFigure instanceId={instanceId} subject={subject} />
          <Text size="sm" c="var(--text-muted)">
            {t('reports.help')}
          </Text>
        </Stack>
      )}
    </>
  );
}

function TimesTile({ name, times }: { name: string; times: Times }) {
  return (
    <Tile name={name}>
      {times ? formatSeconds(times.median) : '–'}
      <span className={styles.note}>{t('reports.ofCount', { count: times?.count ?? 0 })}</span>
    </Tile>
  );
}

function Tile({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.tile}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
