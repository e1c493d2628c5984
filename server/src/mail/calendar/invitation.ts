import ICAL from 'ical.js';
import type { NameAndAddress } from '../mime/address-list.ts';

/** A calendar invitation that a message carries (RFC 5545, RFC 5546): what a reader asks first. */
export type Invitation = {
  method: 'request' | 'cancel' | 'reply' | 'publish' | 'counter';
  summary: string;
  location: string;
  organizer: NameAndAddress | null;
  /** `2026-03-01T10:00:00Z`; without Z in a zone nobody knows; the day alone where it takes whole days. */
  start: string | null;
  /** As `start`. Of whole days the last one, not the one after. */
  end: string | null;
  /** The zone it was written in, as written; null for UTC and none. */
  timeZone: string | null;
  repeats: boolean;
};

/** No invitation is longer; a calendar of years may be. */
const maxLength = 256 * 1024;

/** The first event of an iCalendar text; null where it has none or is not to be read. Never throws. */
export function readInvitation(text: string): Invitation | null {
  try {
    if (text.length > maxLength) return null;
    const calendar = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
    const event = calendar.getFirstSubcomponent('vevent');
    return event && eventOf(calendar, event);
  } catch {
    return null;
  }
}

type Component = InstanceType<typeof ICAL.Component>;

function eventOf(calendar: Component, event: Component): Invitation | null {
  const start = timeOf(calendar, event, 'dtstart');
  if (!start) return null;
  return {
    method: methodOf(calendar, event),
    summary: textOf(event, 'summary'),
    location: textOf(event, 'location'),
    organizer: organizerOf(event),
    start: start.text,
    end: timeOf(calendar, event, 'dtend')?.text ?? null,
    timeZone: start.timeZone,
    repeats: event.hasProperty('rrule') || event.hasProperty('rdate'),
  };
}

function methodOf(calendar: Component, event: Component): Invitation['method'] {
  const method = String(calendar.getFirstPropertyValue('method') ?? '').toLowerCase();
  if (method === 'cancel' || textOf(event, 'status').toLowerCase() === 'cancelled') return 'cancel';
  if (method === 'reply' || method === 'publish' || method === 'counter') return method;
  return 'request';
}

function textOf(event: Component, name: string): string {
  return String(event.getFirstPropertyValue(name) ?? '')
    .trim()
    .slice(0, 1_000);
}

function organizerOf(event: Component): NameAndAddress | null {
  const property = event.getFirstProperty('organizer');
  if (!property) return null;
  const address = String(property.getFirstValue() ?? '')
    .replace(/^mailto:/i, '')
    .slice(0, 320);
  return { name: String(property.getParameter('cn') ?? '').slice(0, 200), address };
}

function timeOf(
  calendar: Component,
  event: Component,
  name: string,
): { text: string; timeZone: string | null } | null {
  const property = event.getFirstProperty(name);
  const value = property?.getFirstValue();
  if (!property || !(value instanceof ICAL.Time)) return null;
  const { year, month, day, hour, minute, second } = value;
  const localTime = Date.UTC(year, month - 1, day, hour, minute, second);
  const iso = new Date(localTime).toISOString();
  if (value.isDate) {
    // RFC 5545 §3.6.1: the end is not part of the event.
    const last = name === 'dtend' ? new Date(localTime - 86_400_000).toISOString() : iso;
    return { text: last.slice(0, 10), timeZone: null };
  }
  const zone = property.getParameter('tzid');
  if (value.zone === ICAL.Timezone.utcTimezone) return { text: iso.replace('.000', ''), timeZone: null };
  if (typeof zone !== 'string') return { text: iso.slice(0, 19), timeZone: null };
  const offset = offsetByName(zone, localTime) ?? offsetByRules(calendar, zone, value);
  if (offset === null) return { text: iso.slice(0, 19), timeZone: zone.slice(0, 100) };
  return {
    text: new Date(localTime - offset).toISOString().replace('.000', ''),
    timeZone: zone.slice(0, 100),
  };
}

/** How far a zone of the IANA database is ahead of UTC at a time on its own clocks, in ms. */
function offsetByName(zone: string, localTime: number): number | null {
  try {
    const format = new Intl.DateTimeFormat('en', {
      timeZone: zone.replace(/^\/[^/]+\/[^/]+\//, ''),
      timeZoneName: 'longOffset',
    });
    const at = (instant: number) => {
      const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
      return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
    };
    // Once more, for a time near a change of the clocks.
    return at(localTime - at(localTime));
  } catch {
    return null;
  }
}

/** The same by the rules the calendar carries, as Outlook names its zones otherwise. Ours to bound: a rule may be for every second. */
function offsetByRules(
  calendar: Component,
  zone: string,
  time: InstanceType<typeof ICAL.Time>,
): number | null {
  const component = calendar
    .getAllSubcomponents('vtimezone')
    .slice(0, 50)
    .find((each) => each.getFirstPropertyValue('tzid') === zone);
  if (!component || time.year > 2100) return null;
  const observances = component.getAllSubcomponents();
  const yearly = observances.every((each) => {
    const rules = each.getAllProperties('rrule').map((rule) => String(rule.getFirstValue()));
    return (
      rules.length <= 1 &&
      rules.every((rule) =>
        /^FREQ=YEARLY(;(BYMONTH=\d+|BYDAY=[-+]?\d?[A-Z]{2}|UNTIL=\w+|INTERVAL=1|WKST=[A-Z]{2}))*$/.test(rule),
      )
    );
  });
  if (observances.length > 20 || !yearly) return null;
  const utcOffset = new ICAL.Timezone({ component, tzid: zone }).utcOffset(time);
  return Number.isFinite(utcOffset) ? utcOffset * 1000 : null;
}
