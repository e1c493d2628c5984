import { formatNumber } from './format.ts';

/** A length of time in its largest fitting unit, in the page's language: "45 sec", "12 mins", "3.5 hrs", "2.1 days". */
export function formatSeconds(seconds: number): string {
  const [value, unit] =
    seconds < 60
      ? [seconds, 'second' as const]
      : seconds < 3_600
        ? [seconds / 60, 'minute' as const]
        : seconds < 48 * 3_600
          ? [seconds / 3_600, 'hour' as const]
          : [seconds / 86_400, 'day' as const];
  const maximumFractionDigits = unit === 'second' || unit === 'minute' ? 0 : 1;
  return formatNumber(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits });
}
