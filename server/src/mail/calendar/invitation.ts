import ICAL from 'ical.js';
import type { NameAndAddress } from '../mime/address-list.ts';
import { ianaNameOf } from './windows-zones.ts';

/** The main data of a calendar invitation (RFC 5545, RFC 5546). */
export type Invitation = {
  method: 'request' | 'cancel' | 'reply' | 'publish' | 'counter';
  summary: string;
  location: string;
  organizer: NameAndAddress | null;
  /** `2026-03-01T10:00:00Z`; without Z if its time zone is unknown; only the date for an all-day event. */
  start: string | null;
  /** As `start`; for an all-day event, its last day. */
  end: string | null;
  /** The TZID of the start, as written; null for UTC or without a zone. */
  timeZone: string | null;
  repeats: boolean;
  /** Which event it is; left out where it has no UID, and in what was stored by earlier releases. */
  uid?: string;
};

/** In characters. Invitations are shorter; an export of a calendar may be longer. */
const maxLength = 256 * 1024;

/** The first event of an iCalendar text; null if it has none or is invalid. Never throws. */
export function readInvitation(text: string): Invitation | null {
  try {
    const calendar = parseCalendar(text);
    const event = calendar && eventOfCalendar(calendar);
    return event && eventOf(calendar, event);
  } catch {
    return null;
  }
}

export type Component = InstanceType<typeof ICAL.Component>;

/** The first calendar of an iCalendar text; null if it has none or is too long. Never throws. */
export function parseCalendar(text: string): Component | null {
  try {
    if (text.length > maxLength) return null;
    const parsed = new ICAL.Component(parseLines(text) as [string, unknown[], unknown[]]);
    return parsed.name === 'vcalendar' ? parsed : null;
  } catch {
    return null;
  }
}

function parseLines(text: string): unknown {
  try {
    return ICAL.parse(text);
  } catch {
    return ICAL.parse(withUnfoldedTexts(text));
  }
}

/** Some programs leave the line ends of a text as they are. A line that begins no property continues the one before. */
function withUnfoldedTexts(text: string): string {
  const lines: string[] = [];
  for (const line of text.split(/\r\n?|\n/)) {
    if (line.trim() === '') continue;
    if (lines.length === 0 || /^(?:[ \t]|[A-Za-z0-9-]+[;:])/.test(line)) lines.push(line);
    else lines.push(`${lines.pop()}\\n${line}`);
  }
  return lines.join('\r\n');
}

/** The event that a calendar is about: its first one. Of a series, the whole, and not an exception before it. */
export function eventOfCalendar(calendar: Component): Component | null {
  const events = calendar.getAllSubcomponents('vevent');
  const [first] = events;
  if (!first?.hasProperty('recurrence-id')) return first ?? null;
  const uid = textOf(first, 'uid');
  return events.find((each) => !each.hasProperty('recurrence-id') && textOf(each, 'uid') === uid) ?? first;
}

function eventOf(calendar: Component, event: Component): Invitation | null {
  const start = timeOf(calendar, event, 'dtstart');
  if (!start) return null;
  const uid = uidOf(event);
  return {
    method: methodOf(calendar, event),
    summary: textOf(event, 'summary'),
    location: textOf(event, 'location'),
    organizer: organizerOf(event),
    start: start.text,
    end: timeOf(calendar, event, 'dtend')?.text ?? endByDuration(event, start.text),
    timeZone: start.timeZone,
    repeats: event.hasProperty('rrule') || event.hasProperty('rdate'),
    ...(uid && { uid }),
  };
}

/** What a calendar says about its event (RFC 5546 §1.4). */
export function methodOf(calendar: Component, event: Component): Invitation['method'] {
  const method = String(calendar.getFirstPropertyValue('method') ?? '').toLowerCase();
  if (method === 'cancel' || textOf(event, 'status').toLowerCase() === 'cancelled') return 'cancel';
  if (method === 'reply' || method === 'publish' || method === 'counter') return method;
  return 'request';
}

/** The UID of an event (RFC 5545 §3.8.4.7); empty without one, or where no calendar writes one so long. */
export function uidOf(event: Component): string {
  const uid = textOf(event, 'uid');
  return uid.length <= 500 ? uid : '';
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
    // RFC 5545 §3.6.1: DTEND is exclusive.
    const last = name === 'dtend' ? new Date(localTime - dayMs).toISOString() : iso;
    return { text: last.slice(0, 10), timeZone: null };
  }
  const zone = property.getParameter('tzid');
  if (value.zone === ICAL.Timezone.utcTimezone) return { text: iso.replace('.000', ''), timeZone: null };
  if (typeof zone !== 'string') return { text: iso.slice(0, 19), timeZone: null };
  const windowsZone = ianaNameOf(zone);
  const offset =
    offsetByName(zone, localTime) ??
    offsetByRules(calendar, zone, value) ??
    (windowsZone === null ? null : offsetByName(windowsZone, localTime));
  if (offset === null) return { text: iso.slice(0, 19), timeZone: zone.slice(0, 100) };
  return {
    text: new Date(localTime - offset).toISOString().replace('.000', ''),
    timeZone: zone.slice(0, 100),
  };
}

/** The end of an event that has a DURATION instead (RFC 5545 §3.6.1), in the form of its start; null without one. */
function endByDuration(event: Component, start: string): string | null {
  const duration = event.getFirstPropertyValue('duration');
  if (!(duration instanceof ICAL.Duration)) return null;
  const milliseconds = duration.toSeconds() * 1000;
  if (!(milliseconds >= 0 && milliseconds < maxDurationMs)) return null;
  const isDate = start.length === 10;
  const end = new Date(
    new Date(start.endsWith('Z') || isDate ? start : `${start}Z`).getTime() + milliseconds,
  );
  // The last day of an all-day event is before its exclusive end.
  if (isDate) return new Date(Math.max(end.getTime() - dayMs, Date.parse(start))).toISOString().slice(0, 10);
  return start.endsWith('Z') ? end.toISOString().replace('.000', '') : end.toISOString().slice(0, 19);
}

const dayMs = 86_400_000;
const maxDurationMs = 10 * 366 * dayMs;

/** The offset from UTC, in milliseconds, of an IANA time zone at a local time; null for an unknown zone. */
function offsetByName(zone: string, localTime: number): number | null {
  try {
    const format = new Intl.DateTimeFormat('en', {
      timeZone: zone.replace(/^\/[^/]+\/(?:(?:[A-Za-z_]*\d\w*|Tzfile)\/)?/, ''),
      timeZoneName: 'longOffset',
    });
    const at = (instant: number) => {
      const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
      return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
    };
    // The second call corrects times near a change to or from daylight saving time.
    return at(localTime - at(localTime));
  } catch {
    return null;
  }
}

/**
 * The offset, in milliseconds, by the calendar's own VTIMEZONE, for zone names that are not IANA's, like
 * Outlook's. Null unless its rules are yearly: ical.js would expand a rule for every second.
 */
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
