import ICAL from 'ical.js';
import { normalizeAddress } from '../mime/addresses.ts';
import { eventOfCalendar, methodOf, parseCalendar, uidOf } from './invitation.ts';

/** The answers to an invitation, as the parameter PARTSTAT has them in lower case (RFC 5545 §3.2.12). */
export type Participation = 'accepted' | 'tentative' | 'declined';

/** What an answer to an invitation needs of it. */
export type InvitedEvent = {
  method: 'request' | 'cancel' | 'reply' | 'publish' | 'counter';
  uid: string;
  /** Counts the versions of the event. */
  sequence: number;
  /** Which event of a series it is about; empty: all of it, or an event that does not repeat. */
  recurrenceId: string;
  summary: string;
  /** The address that answers go to; null if it is no mail address. */
  organizer: string | null;
  /** The invited addresses, as written. */
  attendees: string[];
};

/** The event of an iCalendar text; null if it has none with a UID. Never throws. */
export function readInvitedEvent(text: string): InvitedEvent | null {
  const calendar = parseCalendar(text);
  const event = calendar && eventOfCalendar(calendar);
  const uid = event && uidOf(event);
  if (!event || !uid) return null;
  const sequence = Number(event.getFirstPropertyValue('sequence') ?? 0);
  return {
    method: methodOf(calendar, event),
    uid,
    sequence: Number.isSafeInteger(sequence) && sequence >= 0 && sequence <= maxSequence ? sequence : 0,
    recurrenceId: String(event.getFirstPropertyValue('recurrence-id') ?? ''),
    summary: String(event.getFirstPropertyValue('summary') ?? '').trim(),
    organizer: mailAddress(event.getFirstProperty('organizer')),
    attendees: event
      .getAllProperties('attendee')
      .map(mailAddress)
      .filter((address) => address !== null),
  };
}

/** RFC 5545 §3.3.8: an INTEGER has 32 bits. */
const maxSequence = 2_147_483_647;

function mailAddress(property: InstanceType<typeof ICAL.Property> | null): string | null {
  const [, address] = /^mailto:(.+@.+)$/i.exec(String(property?.getFirstValue() ?? '').trim()) ?? [];
  return address ?? null;
}

/** The properties that an answer repeats (RFC 5546 §3.2.3). The time lets calendars show what is answered. */
const repeated = [
  'uid',
  'sequence',
  'recurrence-id',
  'organizer',
  'summary',
  'dtstart',
  'dtend',
  'duration',
  'rrule',
  'location',
];

/**
 * The answer of an invited address to the invitation in an iCalendar text: a VCALENDAR with METHOD:REPLY and this
 * attendee alone (RFC 5546 §3.2.3). `name` is shown with the answer. Throws if the text has no such attendee.
 */
export function invitationReply(
  text: string,
  {
    attendee,
    name,
    participation,
    now,
  }: { attendee: string; name: string; participation: Participation; now: Date },
): string {
  const calendar = parseCalendar(text);
  const event = calendar && eventOfCalendar(calendar);
  const invited = event
    ?.getAllProperties('attendee')
    .find((each) => normalizeAddress(mailAddress(each) ?? '') === normalizeAddress(attendee));
  if (!calendar || !event || !invited) throw new Error('The invitation is not for this address');
  const reply = new ICAL.Component('vcalendar');
  reply.addPropertyWithValue('prodid', '-//Postroom//Postroom//EN');
  reply.addPropertyWithValue('version', '2.0');
  reply.addPropertyWithValue('method', 'REPLY');
  // A time zone that a time names must be described (RFC 5545 §3.6.5).
  for (const zone of calendar.getAllSubcomponents('vtimezone')) reply.addSubcomponent(copyOf(zone));
  const answer = new ICAL.Component('vevent');
  for (const property of repeated) {
    const found = event.getFirstProperty(property);
    if (found) answer.addProperty(new ICAL.Property(structuredClone(found.toJSON()) as never));
  }
  const own = new ICAL.Property('attendee');
  own.setParameter('partstat', participation.toUpperCase());
  if (name) own.setParameter('cn', name.replace(/["\p{Cc}]/gu, ''));
  own.setValue(String(invited.getFirstValue()));
  answer.addProperty(own);
  answer.addPropertyWithValue('dtstamp', ICAL.Time.fromJSDate(now, true));
  reply.addSubcomponent(answer);
  return `${reply.toString()}\r\n`;
}

function copyOf(component: InstanceType<typeof ICAL.Component>) {
  return new ICAL.Component(structuredClone(component.toJSON()) as never);
}
