import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../locales/messages.ts';
import { formatStep, type Period, stepOf, stepsOf } from '../../ui/figures/period.ts';
import { Plot } from '../../ui/figures/plot.tsx';
import { type Cell, ReportFigure } from '../../ui/figures/report-figure.tsx';
import { timeTicks } from '../../ui/figures/time-ticks.ts';
import { formatNumber } from '../../ui/format.ts';
import { formatSeconds } from '../../ui/format-seconds.ts';

export type Times = { count: number; median: number; ninetieth: number } | null;
export type Measure = 'first' | 'next' | 'resolution';
export type TimesOfGroup = { key: string | null } & Record<Measure, Times>;

/** The cells of a time: how many, their median and their 90th percentile; seconds in the CSV file. */
export function timesCells(times: Times): Cell[] {
  if (!times) return [{ text: '0', value: 0 }, noTime, noTime];
  const cell = (seconds: number) => ({ text: formatSeconds(seconds), value: Math.round(seconds) });
  return [{ text: formatNumber(times.count), value: times.count }, cell(times.median), cell(times.ninetieth)];
}
const noTime = { text: '–', value: '' };

export const timesColumns = () => [t('reports.count'), t('reports.median'), t('reports.ninetieth')];

/** Chooses which of the times is shown. */
export function MeasureChoice({ value, onChange }: { value: Measure; onChange(measure: Measure): void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('reports.measure')}
      value={value}
      onChange={(chosen) => onChange(chosen as Measure)}
      data={[
        { value: 'first', label: t('reports.first') },
        { value: 'next', label: t('reports.next') },
        { value: 'resolution', label: t('reports.resolution') },
      ]}
    />
  );
}

/** Response and resolution times over the period. */
export function TimesFigure({ groups, period }: { groups: TimesOfGroup[]; period: Period }) {
  const [measure, setMeasure] = useState<Measure>('first');
  const step = stepOf(period);
  const ofStep = new Map(groups.map((group) => [group.key, group[measure]]));
  const steps = stepsOf(period).map((start) => ({ start, times: ofStep.get(start) ?? null }));
  return (
    <ReportFigure
      title={t('reports.timesTitle')}
      controls={<MeasureChoice value={measure} onChange={setMeasure} />}
      table={{
        columns: [t('reports.since'), ...timesColumns()],
        rows: steps.map(({ start, times }) => [
          { text: formatStep(start, step), value: start },
          ...timesCells(times),
        ]),
      }}
    >
      <Plot
        rows={steps.map(({ start, times }) => ({
          label: formatStep(start, step),
          median: times?.median ?? 0,
          ninetieth: times?.ninetieth ?? 0,
        }))}
        series={[
          { key: 'median', name: t('reports.median') },
          { key: 'ninetieth', name: t('reports.ninetieth') },
        ]}
        format={formatSeconds}
        ticks={timeTicks}
      />
    </ReportFigure>
  );
}
