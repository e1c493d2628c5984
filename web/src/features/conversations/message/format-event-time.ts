import { locale } from '../../../words/words.ts';

type Event = { start: string | null; end: string | null; timeZone: string | null };

/**
 * When an event is, in words. A time ending in Z is shown on the reader's clocks; one without, in a
 * zone nobody knows, is shown as it was written, with the zone's name; a day alone is a whole day.
 */
export function eventTime({ start, end, timeZone }: Event, localZone?: string): string {
  if (!start) return '';
  const date = (time: string) =>
    new Date(time.length === 10 ? `${time}T00:00:00Z` : time.endsWith('Z') ? time : `${time}Z`);
  const onOurClocks = start.endsWith('Z');
  const zone = onOurClocks ? localZone : 'UTC';
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
  const whole = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    ...(onOurClocks && { timeZoneName: 'short' as const }),
  });
  const text =
    end && date(end) > date(start) ? whole.formatRange(date(start), date(end)) : whole.format(date(start));
  return onOurClocks || !timeZone ? text : `${text} (${timeZone})`;
}
