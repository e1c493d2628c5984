import { formatDate } from '../format.ts';

/** The days of a report, both included; `days` is set where it is the last ones. */
export type Period = { days: number | null; from: string; to: string };

export const periodDays = [7, 30, 90, 365];

const day = 86_400_000;
/** A date of this browser's time zone, as `2026-11-30`. */
const dateOf = (at: Date) =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;

/** The last days, today included. */
export function daysAgo(days: number): Period {
  const now = new Date();
  return {
    days,
    from: dateOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1)),
    to: dateOf(now),
  };
}

/** The parts in which a period is plotted: at most some sixty. */
export function stepOf({ from, to }: Period): 'day' | 'week' | 'month' {
  const days = (Date.parse(to) - Date.parse(from)) / day;
  return days <= 62 ? 'day' : days <= 400 ? 'week' : 'month';
}

/** The first days of all steps of a period, as the server counts them: weeks begin on Monday. */
export function stepsOf(period: Period, step = stepOf(period)): string[] {
  const at = new Date(`${period.from}T00:00:00Z`);
  if (step === 'week') at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  if (step === 'month') at.setUTCDate(1);
  const steps: string[] = [];
  while (at.toISOString().slice(0, 10) <= period.to) {
    steps.push(at.toISOString().slice(0, 10));
    if (step === 'month') at.setUTCMonth(at.getUTCMonth() + 1);
    else at.setUTCDate(at.getUTCDate() + (step === 'week' ? 7 : 1));
  }
  return steps;
}

/** The name of a step: its first day, or its month. */
export function formatStep(start: string, step: 'day' | 'week' | 'month'): string {
  const options = step === 'month' ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' };
  return formatDate(new Date(`${start}T00:00:00Z`), {
    ...options,
    timeZone: 'UTC',
  } as Intl.DateTimeFormatOptions);
}
