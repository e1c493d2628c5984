import ICAL from 'ical.js';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../../google-simulator/src/mail/messages.ts';
import { rowsOf } from '../../conversations/list-conversations.ts';
import { timelineMessage } from '../../conversations/timeline.ts';
import { parseMime } from '../../mail/mime/parse-mime.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { undoSend } from '../deliveries/undo-send.ts';
import { answerInvitation } from './answer-invitation.ts';
import { readInvited } from './invitation-state.ts';

const support = 'support@acme.example';
const help = 'help@acme.example';
const ana = 'ana@far.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let author: { id: string; name: string; email: string; language: string | null };

beforeAll(async () => {
  fixture = await createInboxFixture();
  author = { id: fixture.admin.actor.id, name: 'Lena Okafor', email: 'lena@acme.example', language: null };
});
afterAll(() => fixture?.close());

type Event = {
  method?: string;
  uid: string;
  sequence?: number;
  attendee?: string;
  organizer?: string;
  more?: string[];
};
let count = 0;
/** Ana sends a calendar message; returns the id of the message. */
async function received(event: Event): Promise<string> {
  const {
    method = 'REQUEST',
    uid,
    sequence = 0,
    attendee = support,
    organizer = `mailto:${ana}`,
    more = [],
  } = event;
  count += 1;
  const subject = `Event ${count}`;
  const calendar = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `METHOD:${method}`,
    ...['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'BEGIN:STANDARD', 'DTSTART:19701025T030000'],
    ...['TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100', 'END:STANDARD', 'END:VTIMEZONE'],
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `SEQUENCE:${sequence}`,
    'SUMMARY:Review, second',
    'DTSTART;TZID=Europe/Berlin:20260301T100000',
    `ORGANIZER;CN=Ana:${organizer}`,
    'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ben@far.example',
    `ATTENDEE;CN=Acme;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${attendee}`,
    ...more,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  await fixture.receive({
    subject,
    from: `Ana <${ana}>`,
    fields: { 'MIME-Version': '1.0', 'Content-Type': `text/calendar; charset=utf-8; method=${method}` },
    body: calendar.join('\r\n'),
  });
  return (await fixture.messages(subject))[0]!.id;
}
const state = async (messageId: string) => (await fixture.read((tx) => readInvited(tx, messageId))).view;
async function answer(messageId: string, participation: 'accepted' | 'tentative' | 'declined') {
  const id = uuid();
  await fixture.read((tx) =>
    answerInvitation(tx, { id, messageId, participation, author, now: new Date() }, fixture.enqueue),
  );
  return id;
}
/** Sends what was answered; returns the message that Gmail has, and the iCalendar text in it. */
async function sent(id: string) {
  await fixture.deliver(id);
  const [copy] = messagesWith(fixture.google.simulator, support, { label: 'SENT', limit: 1 });
  const parsed = await parseMime(rawOf(fixture.google.simulator, support, copy!.id));
  if (parsed.kind !== 'parsed') throw new Error(parsed.reason);
  const field = (wanted: string) => copy!.headers.find(({ name }) => name === wanted)?.value;
  const file = parsed.attachments.find(({ mediaType }) => mediaType === 'text/calendar')!;
  const raw = rawOf(fixture.google.simulator, support, copy!.id).toString();
  return { field, raw, text: parsed.text, calendar: Buffer.from(file.bytes).toString() };
}

test('an answer is an iTIP REPLY of the invited address to the organizer', async () => {
  const messageId = await received({
    uid: 'review-1',
    sequence: 3,
    more: ['RECURRENCE-ID;TZID=Europe/Berlin:20260301T090000'],
  });
  expect(await state(messageId)).toMatchObject({
    state: 'open',
    invited: { address: support, alias: null },
    answer: null,
  });
  const id = await answer(messageId, 'accepted');
  expect((await state(messageId)).answer).toMatchObject({ participation: 'accepted', sent: false });
  const mail = await sent(id);
  expect(mail.field('From')).toContain(`<${support}>`);
  expect(mail.field('To')).toBe(ana);
  expect(mail.field('Subject')).toBe('Accepted: Review, second');
  expect(mail.text).toContain('Accepted: Review, second');
  expect(mail.raw).toMatch(/multipart\/alternative/);
  expect(mail.raw).toMatch(/Content-Type: text\/calendar; charset=utf-8; method=REPLY/);
  const calendar = new ICAL.Component(ICAL.parse(mail.calendar) as [string, unknown[], unknown[]]);
  expect(calendar.getFirstPropertyValue('method')).toBe('REPLY');
  expect(calendar.getAllSubcomponents('vtimezone')).toHaveLength(1);
  const event = calendar.getFirstSubcomponent('vevent')!;
  const value = (name: string) => String(event.getFirstPropertyValue(name));
  expect(value('uid')).toBe('review-1');
  expect(value('sequence')).toBe('3');
  expect(value('organizer')).toBe(`mailto:${ana}`);
  expect(event.getFirstProperty('recurrence-id')!.toICALString()).toBe(
    'RECURRENCE-ID;TZID=Europe/Berlin:20260301T090000',
  );
  expect(value('dtstamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const attendees = event.getAllProperties('attendee');
  expect(attendees.map((each) => [each.getFirstValue(), each.getParameter('partstat')])).toEqual([
    [`mailto:${support}`, 'ACCEPTED'],
  ]);
  expect((await state(messageId)).answer).toMatchObject({
    participation: 'accepted',
    by: 'Alex Admin',
    sent: true,
  });
});

test('an alias that is invited answers, without Dynamic Alias Name', async () => {
  await fixture.needs.deployment.pool.query('update mailbox set dynamic_alias_name = true');
  const messageId = await received({ uid: 'review-2', attendee: help });
  expect((await state(messageId)).invited).toMatchObject({ address: help, alias: help });
  const id = await answer(messageId, 'tentative');
  const mail = await sent(id);
  await fixture.needs.deployment.pool.query('update mailbox set dynamic_alias_name = false');
  expect(mail.field('From')).toMatch(/^[^<]*<help@acme\.example>$/);
  expect(mail.field('From')).not.toContain('Lena');
  expect(mail.field('Reply-To')).toBeUndefined();
  expect(mail.calendar).toContain('PARTSTAT=TENTATIVE');
  expect((await fixture.read((tx) => timelineMessage(tx, id)))!.from.address).toBe(help);
});

test('an answer can be changed, and the same one is not sent again', async () => {
  const messageId = await received({ uid: 'review-3' });
  await sent(await answer(messageId, 'declined'));
  const copies = () => messagesWith(fixture.google.simulator, support, { label: 'SENT', limit: 100 }).length;
  const before = copies();
  const repeated = await answer(messageId, 'declined');
  expect(await fixture.read((tx) => timelineMessage(tx, repeated))).toBeNull();
  expect((await sent(await answer(messageId, 'accepted'))).calendar).toContain('PARTSTAT=ACCEPTED');
  expect(copies()).toBe(before + 1);
  expect((await state(messageId)).answer?.participation).toBe('accepted');
});

test('a cancelled event is not answered, nor an event that only one of a series cancels', async () => {
  const messageId = await received({ uid: 'review-4' });
  await received({ uid: 'review-4', method: 'CANCEL', more: ['RECURRENCE-ID:20260308T090000Z'] });
  await received({ uid: 'review-4', method: 'CANCEL', organizer: 'mailto:mallory@far.example' });
  expect((await state(messageId)).state).toBe('open');
  const cancellation = await received({ uid: 'review-4', method: 'CANCEL', sequence: 1 });
  expect((await state(messageId)).state).toBe('cancelled');
  expect((await state(cancellation)).state).toBe('cancelled');
  await expect(answer(messageId, 'accepted')).rejects.toMatchObject({
    problem: { code: 'invitation-cancelled' },
  });
});

test('of two versions of an event the later one is answered', async () => {
  const first = await received({ uid: 'review-5' });
  await answer(first, 'accepted');
  const second = await received({ uid: 'review-5', sequence: 1 });
  expect((await state(first)).state).toBe('updated');
  // The organizer asks again (RFC 5546 §2.1.4).
  expect(await state(second)).toMatchObject({ state: 'open', answer: null });
});

test.each([
  ['not-invited', { attendee: 'desk@far.example' }],
  ['unanswerable', { method: 'PUBLISH' }],
  ['unanswerable', { method: 'REPLY' }],
  ['unanswerable', { organizer: 'https://far.example/ana' }],
  ['unanswerable', { organizer: `mailto:${help}` }],
] as const)('no answer where it is %s: %j', async (expected, event) => {
  const messageId = await received({ uid: `other-${count}`, ...event });
  expect(await state(messageId)).toEqual({ state: expected, invited: null, answer: null });
});

test('a text of ordinary mail is no invitation', async () => {
  await fixture.receive({ subject: 'No event', from: `Ana <${ana}>` });
  const [message] = await fixture.messages('No event');
  await expect(state(message!.id)).rejects.toMatchObject({ problem: { code: 'no-such-event' } });
});

test('an answer that failed counts as none, and is not edited as a message', async () => {
  const messageId = await received({ uid: 'review-6' });
  const id = await answer(messageId, 'accepted');
  await expect(
    fixture.read((tx) => undoSend(tx, { messageId: id, userId: author.id, now: new Date() })),
  ).rejects.toMatchObject({ problem: { code: 'invitation-answer-not-edited' } });
  await fixture.needs.deployment.pool.query(`update delivery set state = 'failed' where message_id = $1`, [
    id,
  ]);
  expect((await state(messageId)).answer).toBeNull();
});

test('the subject of an answer to an invitation is no new subject of its conversation', async () => {
  const invitation = await received({ uid: 'subject@far.example' });
  const id = await answer(invitation, 'accepted');
  expect((await fixture.read((tx) => timelineMessage(tx, id)))?.hasNewSubject).toBe(false);
  const { conversationId } = await fixture.read((tx) =>
    tx.sql.selectFrom('message').where('id', '=', id).select('conversationId').executeTakeFirstOrThrow(),
  );
  const [row] = await fixture.read((tx) => rowsOf(tx, author.id, [conversationId]));
  expect(row!.newSubject).toBe(null);

  // Nor is that of an answer we receive: the organizer's program words it.
  const reply = await received({ uid: 'subject@far.example', method: 'REPLY' });
  await fixture.read((tx) =>
    tx.sql.updateTable('message').set({ conversationId }).where('id', '=', reply).execute(),
  );
  expect((await fixture.read((tx) => timelineMessage(tx, reply)))?.hasNewSubject).toBe(false);
});
