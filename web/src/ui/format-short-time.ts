import { t } from '../locales/messages.ts';
import { formatDate } from './format.ts';

const minute = 60_000;
const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };

/** "now", "3 min", "14:05" today, "Tue 14:05" within a week, "3 Nov", "3 Nov 2025". */
export function formatShortTime(at: Date, now: Date): string {
  const since = now.getTime() - at.getTime();
  if (since > -minute && since < minute) return t('time.now');
  if (since > 0 && since < 60 * minute) return t('time.minutes', { count: Math.floor(since / minute) });
  return formatClockTime(at, now);
}

/** The same for use in a sentence ("since 14:05"): always a time, never a duration. */
export function formatClockTime(at: Date, now: Date): string {
  const since = now.getTime() - at.getTime();
  const sameDay = at.toDateString() === now.toDateString();
  if (sameDay) return formatDate(at, clock);
  if (Math.abs(since) < 6 * 24 * 60 * minute)
    return `${formatDate(at, { weekday: 'short' })} ${formatDate(at, clock)}`;
  return formatDate(at, at.getFullYear() === now.getFullYear() ? day : { ...day, year: 'numeric' });
}
