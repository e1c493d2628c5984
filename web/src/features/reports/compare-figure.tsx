import { Group, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reportTimes } from '../../api/queries/reports.ts';
import { t } from '../../locales/messages.ts';
import { Plot } from '../../ui/figures/plot.tsx';
import { ReportFigure } from '../../ui/figures/report-figure.tsx';
import { formatSeconds } from '../../ui/format-seconds.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { type Filters, useChoices } from './report-filters.tsx';
import { type Measure, MeasureChoice, timesCells, timesColumns } from './times-figure.tsx';

type Compared = 'mailbox' | 'user' | 'tag';

/** More than these are in the table only. */
const plotted = 12;

/** The times of each address, person or tag. */
export function CompareFigure({ instanceId, filters }: { instanceId: string; filters: Filters }) {
  const [group, setGroup] = useState<Compared>('mailbox');
  const [measure, setMeasure] = useState<Measure>('first');
  const { period, withinHours, ...subject } = filters;
  const asked = { ...subject, from: period.from, to: period.to, group };
  const query = useQuery(reportTimes(instanceId, { ...asked, withinHours: withinHours ? 'true' : 'false' }));
  const choices = useChoices(instanceId);
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const nobody = t(group === 'user' ? 'reports.fromGmail' : 'reports.deleted');
  const names = new Map(choices[group].map(({ value, label }) => [value, label]));
  const rows = query.data.groups
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
            value={group}
            onChange={(chosen) => setGroup(chosen as Compared)}
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
      />
    </ReportFigure>
  );
}
