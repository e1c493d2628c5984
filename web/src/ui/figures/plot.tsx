import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import type { CSSProperties } from 'react';
import { t } from '../../locales/messages.ts';
import styles from './figures.module.css';

/** The color of each row of bars, in order. */
const colors = ['var(--accent)', 'var(--second-series)', 'var(--text-muted)'];

export type PlotRow = { label: string } & Record<string, string | number>;

/** Bars for each row; `series` are the keys of its values, with their names. The table beside has the figures. */
export function Plot({
  rows,
  series,
  format,
  ticks,
  nothing = t('reports.nothing'),
  height = 220,
  axisWidth = 70,
}: {
  rows: PlotRow[];
  series: Array<{ key: string; name: string }>;
  format(value: number): string;
  /** The values of the lines, given the highest bar; unless set, four or so at round numbers. */
  ticks?(highest: number): number[];
  /** What is said in place of bars. */
  nothing?: string;
  /** In pixels, as is the width of the axis with the values. */
  height?: number;
  axisWidth?: number;
}) {
  if (rows.every((row) => series.every(({ key }) => !row[key]))) {
    return (
      <div className={styles.nothing} style={{ height }}>
        {nothing}
      </div>
    );
  }
  const values = rows.flatMap((row) => series.map(({ key }) => Number(row[key])));
  const lines = ticks && { ticks: ticks(Math.max(...values)) };
  return (
    // For who sees it: a screen reader reads the table.
    <div aria-hidden dir="ltr">
      {series.length > 1 && (
        <div className={styles.legend}>
          {series.map(({ key, name }, index) => (
            <span key={key} style={{ '--series': colors[index] } as CSSProperties}>
              {name}
            </span>
          ))}
        </div>
      )}
      <BarChart
        h={height}
        data={rows}
        dataKey="label"
        series={series.map(({ key, name }, index) => ({ name: key, label: name, color: colors[index]! }))}
        valueFormatter={format}
        maxBarWidth={28}
        gridAxis="x"
        tickLine="none"
        barProps={{ isAnimationActive: false }}
        // Room for the upper half of the highest value; all labels at the same distance.
        barChartProps={{ accessibilityLayer: false, margin: { top: 8 } }}
        xAxisProps={{ interval: 'equidistantPreserveStart' }}
        yAxisProps={{
          width: axisWidth,
          allowDecimals: false,
          interval: 0,
          tickCount: height < 200 ? 3 : 5,
          ...(lines && { ...lines, domain: [0, lines.ticks.at(-1)!] }),
        }}
        tooltipAnimationDuration={0}
      />
    </div>
  );
}
