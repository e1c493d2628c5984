import { formatNumber } from './format.ts';

const minute = 60_000;

/** The time since a moment in its largest unit, in the page's language: "4m", "3h", "2d". */
export function formatDuration(since: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - since.getTime()) / minute));
  const [value, unit] =
    minutes < 60
      ? [minutes, 'minute' as const]
      : minutes < 48 * 60
        ? [Math.floor(minutes / 60), 'hour' as const]
        : [Math.floor(minutes / 1440), 'day' as const];
  return formatNumber(value, { style: 'unit', unit, unitDisplay: 'narrow' });
}
