import { locale } from '../../../locales/messages.ts';
import { withClock } from '../../../ui/clock.ts';

type CalendarEvent = { start: string | null; end: string | null; timeZone: string | null };

/**
 * The time of a calendar event as text. A time that ends in Z is converted to the reader's time zone; another one
 * is shown as written, with the name of its zone; a date without a time is a whole day.
 */
export function formatEventTime({ start, end, timeZone }: CalendarEvent, localZone?: string): string {
  if (!start) return '';
  const date = (time: string) =>
    new Date(time.length === 10 ? `${time}T00:00:00Z` : time.endsWith('Z') ? time : `${time}Z`);
  const isUtc = start.endsWith('Z');
  const zone = isUtc ? localZone : 'UTC';
  const day = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: zone,
  });
  if (start.length === 10) {
    return end && end !== start ? day.formatRange(date(start), date(end)) : day.format(date(start));
  }
  const options: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    ...(isUtc && { timeZoneName: 'short' as const }),
  };
  const dateTime = new Intl.DateTimeFormat(locale, withClock(options, locale));
  const text =
    end && date(end) > date(start)
      ? dateTime.formatRange(date(start), date(end))
      : dateTime.format(date(start));
  return isUtc || !timeZone ? text : `${text} (${timeZone})`;
}
