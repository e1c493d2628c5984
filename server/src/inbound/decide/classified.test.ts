import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addMessage } from '../../../../google-simulator/src/mail/messages.ts';
import { openConversation } from '../../conversations/conversation-page.ts';
import { recordSent } from '../../conversations/record-sent.ts';
import { bounceOf, createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';

const support = 'support@acme.example';
const ana = 'ana@far.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let count = 0;
/** A new conversation for each test, with its own subject. */
let topic: string;
let conversationId: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  topic = `Topic ${count}`;
  await fixture.settings({ messagesPerHour: 1_000, newConversationAfterDays: null });
  await fixture.receive({ subject: topic, fields: { 'Message-ID': `<topic-${count}@far.example>` } });
  conversationId = (await fixture.conversationOf(topic)).id;
});

const page = async () =>
  (await fixture.read((tx) => openConversation(tx, conversationId, fixture.admin.browser.userId)))!;
const outbound = async (id: string) => (await page()).messages.find((message) => message.id === id)!;
const heldBackNowhere = { status: 'open', quietFor: null };
const done = (id = conversationId) => fixture.change(id, { status: 'done' });

test('a bounce joins the conversation of its message, marks it and reopens', async () => {
  // There is no such address at acme.example, so Google sends a bounce to the sending mailbox.
  const answer = await fixture.answer(conversationId, ['nobody@acme.example', ana]);
  await done();
  await fixture.sync();
  const { conversation, messages } = await page();
  expect(messages.map(({ kind }) => kind)).toEqual(['ordinary', 'ordinary', 'bounce']);
  expect(conversation).toMatchObject({ status: 'open', lastDirection: 'inbound' });
  const marked = await outbound(answer.id);
  expect(marked.delivery?.state).toBe('sent');
  expect(marked.reports).toEqual([
    {
      kind: 'failed',
      recipient: 'nobody@acme.example',
      status: '5.1.1',
      reason: 'no-such-address',
      diagnostic: expect.stringContaining('does not exist'),
      at: expect.any(Date),
    },
  ]);
  expect(messages[2]!.fromNewParticipant).toBe(false);
});

test('a delay does not reopen; a later failure replaces it', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  await done();
  const { lastInboundAt } = await fixture.conversation(conversationId);
  const delayed = bounceOf(answer.rfcMessageId, ana, { action: 'delayed', status: '4.4.1' });
  await fixture.receive({ subject: `Delayed ${count}`, ...delayed });
  expect((await outbound(answer.id)).reports).toMatchObject([{ kind: 'delayed', status: '4.4.1' }]);
  expect(await fixture.conversation(conversationId)).toMatchObject({ status: 'done', lastInboundAt });
  await fixture.receive({ subject: `Failed ${count}`, ...bounceOf(answer.rfcMessageId, ana) });
  await fixture.receive({ subject: `Delayed again ${count}`, ...delayed });
  expect((await outbound(answer.id)).reports).toMatchObject([
    { kind: 'failed', status: '5.1.1', reason: 'no-such-address' },
  ]);
  expect((await page()).conversation.status).toBe('open');
});

test('a report before the Sent copy is attached when the copy comes', async () => {
  const id = await fixture.write(conversationId, [ana]);
  await done();
  const rfcMessageId = `<sent-${count}@mail.gmail.com>`;
  await fixture.receive({ subject: `Early ${count}`, ...bounceOf(rfcMessageId, ana) });
  const alone = await fixture.conversationOf(`Early ${count}`);
  expect(alone.id).not.toBe(conversationId);
  expect((await outbound(id)).reports).toEqual([]);
  const copy = {
    mailboxId: fixture.mailboxId,
    gmailId: `copy-${count}`,
    gmailThreadId: `copy-${count}`,
    rfcMessageId,
    inReplyTo: null,
    references: [],
    from: { name: 'Acme', address: support },
    internalDate: new Date(),
  };
  await fixture.read((tx) => recordSent(tx, id, copy));
  expect((await outbound(id)).reports).toMatchObject([{ kind: 'failed', recipient: ana }]);
  const { conversation, messages } = await page();
  expect(conversation.status).toBe('open');
  expect(messages.some(({ subject }) => subject === `Early ${count}`)).toBe(true);
  const left = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('id', '=', alone.id).select('id').execute(),
  );
  expect(left).toEqual([]);
  const waiting = await fixture.read((tx) => tx.sql.selectFrom('unmatchedReport').selectAll().execute());
  expect(waiting.filter((one) => one.rfcMessageId === rfcMessageId)).toEqual([]);
});

test('a report for a wrong recipient or unknown message marks nothing', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  await done();
  await fixture.receive({ subject: `Forged ${count}`, ...bounceOf(answer.rfcMessageId, 'tom@far.example') });
  expect(await fixture.reports(answer.id)).toEqual([]);
  expect((await fixture.conversation(conversationId)).status).toBe('done');
  await fixture.receive({ subject: `Foreign ${count}`, ...bounceOf('<else@elsewhere.example>', ana) });
  const foreign = await fixture.conversationOf(`Foreign ${count}`);
  expect(foreign.status).toBe('open');
  expect(foreign.id).not.toBe(conversationId);
  expect(only(await fixture.messages(`Foreign ${count}`)).kind).toBe('bounce');
});

test('Gmail’s report without a Message-ID is matched by thread and recipient, no other is', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  const { threadId } = fixture.newest();
  const { from: byAnybody, fields, body } = bounceOf('', ana);
  const { 'In-Reply-To': _none, ...others } = fields!;
  const receive = async (from: string) => {
    const head = Object.entries({ From: from, To: support, Subject: `Bare ${count}`, ...others });
    const raw = `${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
    addMessage(fixture.google.simulator, support, { raw: Buffer.from(raw), labels: ['INBOX'], threadId });
    await fixture.sync();
  };
  await receive(byAnybody!);
  expect((await outbound(answer.id)).reports).toEqual([]);
  await receive('Mail Delivery Subsystem <mailer-daemon@googlemail.com>');
  expect((await outbound(answer.id)).reports).toMatchObject([{ kind: 'failed', recipient: ana }]);
});

test('a stranger who names the sender and subject of a message cannot say that its answer was returned', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  const forged = { authentication: { dmarc: 'fail' as const }, fields: { 'X-Failed-Recipients': ana } };
  await fixture.receive({ subject: `Re: ${topic}`, ...forged });
  // Gmail puts it into the thread.
  expect((await page()).messages.length).toBe(3);
  expect((await outbound(answer.id)).reports).toEqual([]);
});

test('a complaint marks the message and does not reopen', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  await done();
  await fixture.receive({
    from: 'Abuse <abuse@far.example>',
    subject: `Complaint ${count}`,
    fields: { 'Content-Type': 'multipart/report; report-type=feedback-report; boundary=b' },
    body: `--b\r\n\r\nAbuse\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nOriginal-Rcpt-To: ${ana}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: ${answer.rfcMessageId}\r\n\r\nHi\r\n--b--`,
  });
  expect((await outbound(answer.id)).reports).toMatchObject([
    { kind: 'complaint', recipient: ana, diagnostic: 'abuse' },
  ]);
  expect((await fixture.conversation(conversationId)).status).toBe('done');
});

test('an automatic reply is stored and does not reopen', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  const snoozedUntil = new Date(Date.now() + 3_600_000);
  await fixture.change(conversationId, { status: 'snoozed', snoozedUntil });
  const before = await fixture.conversation(conversationId);
  await fixture.receive({
    subject: `Automatic reply: ${topic}`,
    fields: { 'In-Reply-To': answer.rfcMessageId, 'Auto-Submitted': 'auto-replied' },
  });
  expect((await page()).messages.at(-1)).toMatchObject({ kind: 'auto-reply', fromNewParticipant: false });
  expect(await fixture.conversation(conversationId)).toEqual(before);
  // One that starts a conversation leaves it open, because nobody has seen it.
  await fixture.receive({ subject: `Away ${count}`, fields: { 'Auto-Submitted': 'auto-replied' } });
  expect((await fixture.conversationOf(`Away ${count}`)).status).toBe('open');
});

test('an automatic reply in any language does not reopen', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  const automatic = { 'Auto-Submitted': 'auto-generated' };
  for (const [subject, fields] of [
    [`Estoy fuera: ${topic}`, { 'In-Reply-To': answer.rfcMessageId, ...automatic }],
    [`[EXTERNAL] Automatic reply: ${topic}`, { 'In-Reply-To': answer.rfcMessageId, ...automatic }],
    // Gmail puts it into the thread by its subject.
    [`Re: ${topic}`, automatic],
  ] as const) {
    await done();
    await fixture.receive({ subject, fields });
    expect(await fixture.conversation(conversationId), subject).toMatchObject({ status: 'done' });
    expect((await page()).messages.at(-1), subject).toMatchObject({ kind: 'auto-reply' });
  }
});

test('what people write always reopens, whatever its subject or list', async () => {
  const answer = await fixture.answer(conversationId, [ana]);
  const cases: Array<[string, Record<string, string>]> = [
    // The subject alone does not prove that a program wrote it.
    [`Out of office hours: when are you there? ${count}`, {}],
    [`Through a list ${count}`, { 'List-ID': '<talk.far.example>', Precedence: 'list' }],
    [`In bulk ${count}`, { Precedence: 'bulk', 'List-Unsubscribe': '<mailto:stop@far.example>' }],
    [`From a ticket system ${count}`, { 'Auto-Submitted': 'auto-generated', 'X-Zendesk-Priority-Mail': 'x' }],
  ];
  for (const [subject, fields] of cases) {
    await done();
    await fixture.receive({ subject, fields: { 'In-Reply-To': answer.rfcMessageId, ...fields } });
    expect((await fixture.conversation(conversationId)).status, subject).toBe('open');
    expect(only(await fixture.messages(subject)).conversationId).toBe(conversationId);
  }
});

test('automatic mail that answers nothing starts a conversation', async () => {
  await done();
  await fixture.receive({ subject: `From a shop ${count}`, fields: { 'Auto-Submitted': 'auto-generated' } });
  expect(await fixture.conversationOf(`From a shop ${count}`)).toMatchObject({ status: 'open' });
  expect(only(await fixture.messages(`From a shop ${count}`))).toMatchObject({ kind: 'ordinary' });
  // Nor does what a web form sends again in the same Gmail thread.
  const form = { from: 'Shop <no-reply@shop.example>', subject: `Form ${count}` };
  const fields = { 'Auto-Submitted': 'auto-generated', 'Reply-To': ana };
  await fixture.receive({ ...form, fields });
  await fixture.answer((await fixture.conversationOf(form.subject)).id, [ana]);
  await fixture.receive({ ...form, fields });
  const kinds = (await fixture.messages(form.subject)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'ordinary').length).toBeGreaterThanOrEqual(2);
  expect(kinds).not.toContain('auto-reply');
});

test('messages beyond the hourly limit go to one quiet conversation', async () => {
  await fixture.settings({ messagesPerHour: 20 });
  const from = 'Looping <loop@far.example>';
  for (let number = 1; number <= 25; number += 1) fixture.send({ from, subject: `Loop ${count}.${number}` });
  fixture.send({ from: 'Tom <tom@far.example>', subject: `Beside ${count}` });
  await fixture.sync();
  const all = await Promise.all(
    Array.from({ length: 25 }, async (_, index) =>
      only(await fixture.messages(`Loop ${count}.${index + 1}`)),
    ),
  );
  const conversations = await Promise.all(all.map((message) => fixture.conversation(message.conversationId)));
  expect(conversations.slice(0, 20).every(({ quietFor }) => quietFor === null)).toBe(true);
  const quiet = new Set(conversations.slice(20).map(({ id }) => id));
  expect(quiet.size).toBe(1);
  expect(conversations[20]).toMatchObject({
    status: 'open',
    quietFor: 'loop@far.example',
    subject: 'More than 20 messages in an hour from loop@far.example',
  });
  expect((await fixture.conversationOf(`Beside ${count}`)).status).toBe('open');

  // Also a reply in a conversation, which does not reopen it.
  const first = all[0]!;
  await done(first.conversationId);
  const citing = { 'In-Reply-To': first.rfcMessageId ?? '', References: first.rfcMessageId ?? '' };
  await fixture.receive({ from, subject: `Loop on ${count}`, fields: citing });
  expect((await fixture.conversationOf(`Loop on ${count}`)).id).toBe(conversations[20]!.id);
  expect((await fixture.conversation(first.conversationId)).status).toBe('done');
});

test.each(['oldest', 'newest'])(
  'the hourly limit goes by Gmail’s dates: a backlog is no loop, %s first',
  async (order) => {
    await fixture.settings({ messagesPerHour: 3 });
    const start = Date.now() - 20 * 3_600_000;
    const numbers = Array.from({ length: 12 }, (_, index) => (order === 'oldest' ? index : 11 - index));
    for (const number of numbers) {
      const raw = `From: ${order}@slow.example\r\nTo: ${support}\r\nSubject: Slow ${count}.${number}\r\n\r\nHi\r\n`;
      addMessage(fixture.google.simulator, support, {
        raw: Buffer.from(raw),
        labels: ['INBOX'],
        internalDate: start + number * 40 * 60_000,
      });
    }
    await fixture.sync();
    for (const number of numbers) {
      expect(await fixture.conversationOf(`Slow ${count}.${number}`)).toMatchObject(heldBackNowhere);
    }
  },
);

test('reports do not count for the hourly limit', async () => {
  await fixture.settings({ messagesPerHour: 2 });
  for (let number = 1; number <= 4; number += 1) {
    const answer = await fixture.answer(conversationId, [ana]);
    const report = { ...bounceOf(answer.rfcMessageId, ana), from: 'mailer-daemon@busy.example' };
    await fixture.receive({ subject: `Report ${count}.${number}`, ...report });
    expect(await fixture.reports(answer.id)).toHaveLength(1);
  }
  const foreign = { ...bounceOf('<else@elsewhere.example>', ana), from: 'mailer-daemon@busy.example' };
  await fixture.receive({ subject: `Other report ${count}`, ...foreign });
  expect(await fixture.conversationOf(`Other report ${count}`)).toMatchObject(heldBackNowhere);
});

test('in a Google Group each writer has a limit, not the group', async () => {
  await fixture.settings({ messagesPerHour: 2 });
  for (let number = 1; number <= 6; number += 1) {
    const from = `Member <member${number}@far.example>`;
    fixture.send({ from, to: ['team@acme.example'], subject: `Group ${count}.${number}` });
  }
  await fixture.sync();
  for (let number = 1; number <= 6; number += 1) {
    expect(await fixture.conversationOf(`Group ${count}.${number}`)).toMatchObject(heldBackNowhere);
  }
});

test('after the set days a reply opens a new conversation, with its thread', async () => {
  await fixture.settings({ newConversationAfterDays: 7 });
  const old = new Date(Date.now() - 8 * 24 * 3_600_000);
  const citing = { References: `<topic-${count}@far.example>` };
  await fixture.change(conversationId, { status: 'done', doneAt: new Date(), lastMessageAt: old });
  await fixture.receive({ subject: `Re: ${topic}`, fields: citing });
  expect((await fixture.conversationOf(`Re: ${topic}`)).id).toBe(conversationId); // done only now
  expect((await fixture.conversation(conversationId)).doneAt).toBe(null);
  await fixture.change(conversationId, { status: 'done', doneAt: old, lastMessageAt: old });
  const late = { ...citing, 'Message-ID': `<late-${count}@far.example>` };
  await fixture.receive({ subject: `RE: ${topic}`, fields: late });
  const next = await fixture.conversationOf(`RE: ${topic}`);
  expect(next.id).not.toBe(conversationId);
  expect(next.status).toBe('open');
  expect((await fixture.conversation(conversationId)).status).toBe('done');
  await fixture.receive({
    subject: `Re: RE: ${topic}`,
    fields: { 'In-Reply-To': `<late-${count}@far.example>` },
  });
  expect((await fixture.conversationOf(`Re: RE: ${topic}`)).id).toBe(next.id);
});
