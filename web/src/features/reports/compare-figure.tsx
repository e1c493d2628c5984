import { Group, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../locales/messages.ts';
import { Plot } from '../../ui/figures/plot.tsx';
import { ReportFigure } from '../../ui/figures/report-figure.tsx';
import { timeTicks } from '../../ui/figures/time-ticks.ts';
import { formatSeconds } from '../../ui/format-seconds.ts';
import { ErrorState } from '../../ui/states.tsx';
import { useChoices } from './report-filters.tsx';
import { type Measure, MeasureChoice, type TimesOfGroup, timesCells, timesColumns } from './times-figure.tsx';

export type Compared = 'mailbox' | 'user' | 'tag';

/** More than these are in the table only. */
const plotted = 12;

/** The times of each address, person or tag. `comparedBy`: what `groups` are of, which is not `compare` until these are read. */
export function CompareFigure({
  instanceId,
  compare,
  onCompare,
  comparedBy,
  groups,
  failed,
}: {
  instanceId: string;
  compare: Compared;
  onCompare(compare: Compared): void;
  comparedBy: Compared;
  groups: TimesOfGroup[];
  /** The request for `groups`, where it has failed. */
  failed: { error: Error; refetch(): unknown } | null;
}) {
  const [measure, setMeasure] = useState<Measure>('first');
  const choices = useChoices(instanceId);
  const nobody = t(comparedBy === 'user' ? 'reports.fromGmail' : 'reports.deleted');
  const names = new Map(choices[comparedBy].map(({ value, label }) => [value, label]));
  const rows = groups
    .filter((one) => one[measure])
    .map((one) => ({
      name: one.key === null ? nobody : (names.get(one.key) ?? t('reports.deleted')),
      times: one[measure]!,
    }))
    .toSorted((a, b) => b.times.count - a.times.count);
  return (
    <ReportFigure
      title={t('reports.compareTitle')}
      controls={
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={t('reports.compareBy')}
            value={compare}
            onChange={(chosen) => onCompare(chosen as Compared)}
            data={[
              { value: 'mailbox', label: t('reports.address') },
              { value: 'user', label: t('reports.person') },
              { value: 'tag', label: t('reports.tag') },
            ]}
          />
          <MeasureChoice value={measure} onChange={setMeasure} />
        </Group>
      }
      table={{
        columns: [t('reports.name'), ...timesColumns()],
        rows: rows.map(({ name, times }) => [name, ...timesCells(times)]),
      }}
    >
      {failed ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : (
        <Plot
          rows={rows.slice(0, plotted).map(({ name, times }) => ({
            label: name,
            median: times.median,
            ninetieth: times.ninetieth,
          }))}
          series={[
            { key: 'median', name: t('reports.median') },
            { key: 'ninetieth', name: t('reports.ninetieth') },
          ]}
          format={formatSeconds}
          ticks={timeTicks}
        />
      )}
    </ReportFigure>
  );
}
