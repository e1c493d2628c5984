import type { CSSProperties } from 'react';
import { t } from '../../locales/messages.ts';
import { formatStep, type Period, stepOf, stepsOf } from '../../ui/figures/period.ts';
import { Plot } from '../../ui/figures/plot.tsx';
import { ReportFigure } from '../../ui/figures/report-figure.tsx';
import { formatDate, formatNumber } from '../../ui/format.ts';
import styles from './reports.module.css';

type Counts = { arrivals: number; sent: number; done: number };
const kinds = ['arrivals', 'sent', 'done'] as const;
const none: Counts = { arrivals: 0, sent: 0, done: 0 };
const columns = () => kinds.map((kind) => t(`reports.${kind}`));

/** Messages and conversations done over the period. */
export function VolumeFigure({
  steps,
  period,
}: {
  steps: Array<Counts & { start: string }>;
  period: Period;
}) {
  const step = stepOf(period);
  const ofStep = new Map(steps.map((one) => [one.start, one]));
  const rows = stepsOf(period).map((start) => ({ ...none, ...ofStep.get(start), start }));
  return (
    <ReportFigure
      title={t('reports.volumeTitle')}
      table={{
        columns: [t('reports.since'), ...columns()],
        rows: rows.map((row) => [
          { text: formatStep(row.start, step), value: row.start },
          ...kinds.map((kind) => row[kind]),
        ]),
      }}
    >
      <Plot
        rows={rows.map(({ start, arrivals, sent, done }) => ({
          label: formatStep(start, step),
          arrivals,
          sent,
          done,
        }))}
        series={kinds.map((key) => ({ key, name: t(`reports.${key}`) }))}
        format={formatNumber}
      />
    </ReportFigure>
  );
}

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hour);

// The third of January 2000 was a Monday.
const nameOfDay = (weekday: number, length: 'short' | 'long') =>
  formatDate(new Date(Date.UTC(2000, 0, 2 + weekday)), { weekday: length, timeZone: 'UTC' });

/** Arrivals by weekday and hour, as a table of the week whose busy hours are dark. */
export function WeekFigure({ hours }: { hours: Array<Counts & { weekday: number; hour: number }> }) {
  const at = new Map(hours.map((one) => [one.weekday * 24 + one.hour, one]));
  const counts = (weekday: number, hour: number) => at.get(weekday * 24 + hour) ?? none;
  const most = Math.max(1, ...hours.map(({ arrivals }) => arrivals));
  return (
    <ReportFigure
      title={t('reports.weekTitle')}
      table={{
        columns: [t('reports.weekday'), t('reports.hour'), ...columns()],
        rows: weekdays.flatMap((weekday) =>
          hoursOfDay.map((hour) => {
            const row = counts(weekday, hour);
            return [nameOfDay(weekday, 'long'), `${hour}:00`, ...kinds.map((kind) => row[kind])];
          }),
        ),
      }}
    >
      <div className={styles.weekScroll} aria-hidden>
        <table className={styles.week}>
          <thead>
            <tr>
              <th />
              {hoursOfDay.map((hour) => (
                <th key={hour}>{hour}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weekdays.map((weekday) => (
              <tr key={weekday}>
                <th>{nameOfDay(weekday, 'short')}</th>
                {hoursOfDay.map((hour) => {
                  const { arrivals } = counts(weekday, hour);
                  const share = arrivals / most;
                  return (
                    <td key={hour} style={{ '--share': share } as CSSProperties}>
                      {arrivals > 0 && arrivals}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ReportFigure>
  );
}
