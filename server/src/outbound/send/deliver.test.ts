import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { headerOf } from '../../../../google-simulator/src/mail/headers.ts';
import { messagesWith, moveToTrash, rawOf } from '../../../../google-simulator/src/mail/messages.ts';
import { send as sendAtGoogle } from '../../../../google-simulator/src/mail/send.ts';
import { quota } from '../../../../google-simulator/src/quota.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { composeReply, type Reply } from '../compose/compose.ts';
import { composeNote } from '../compose/compose-note.ts';
import { heldBecauseDisconnected, releaseHeld } from '../deliveries/held-deliveries.ts';
import { findDeliveriesToRecover } from './recover-deliveries.ts';

type Fixture = Awaited<ReturnType<typeof createMailFlowFixture>>;
const support = 'support@acme.example';
const ana = 'ana.silva@mail.example';

let fixture: Fixture;
let control: ReturnType<typeof simulatorControls>;
let conversationId: string;
let author: { id: string; name: string; email: string };
let count = 0;

beforeAll(async () => {
  fixture = await createMailFlowFixture();
  control = simulatorControls(fixture.google);
  author = { id: fixture.admin.actor.id, name: 'John Carter', email: 'john@acme.example' };
  await fixture.needs.deployment.pool.query('update users set name = $1, email = $2 where id = $3', [
    author.name,
    author.email,
    author.id,
  ]);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  await control.clear();
  await settings({ dynamicAliasName: false, threading: 'single' });
  fixture.arrive({
    From: `Ana Silva <${ana}>`,
    Subject: `Topic ${count}`,
    'Message-ID': `<t${count}@far.example>`,
  });
  await fixture.sync();
  const conversation = await fixture.read((tx) =>
    tx.sql
      .selectFrom('conversation')
      .where('subject', '=', `Topic ${count}`)
      .select('id')
      .executeTakeFirstOrThrow(),
  );
  conversationId = conversation.id;
});

const settings = (values: { dynamicAliasName?: boolean; threading?: 'single' | 'history' }) =>
  fixture.read((tx) =>
    tx.sql.updateTable('mailbox').set(values).where('id', '=', fixture.mailboxId).execute(),
  );

async function write(more: Partial<Reply> = {}): Promise<string> {
  const id = more.id ?? uuid();
  const { mailboxId } = fixture;
  const reply = {
    id,
    conversationId,
    mailboxId,
    to: [ana],
    cc: [],
    bcc: [],
    html: '<p>Hello <b>Ana</b></p>',
    author,
    now: new Date(),
    ...more,
  };
  await fixture.read((tx) => composeReply(tx, reply, fixture.enqueue));
  return id;
}
const delivery = (messageId: string) =>
  fixture.read((tx) =>
    tx.sql.selectFrom('delivery').where('messageId', '=', messageId).selectAll().executeTakeFirstOrThrow(),
  );
const accepted = (messageId: string) =>
  fixture.ledger().filter(({ kind, delivery }) => kind === 'accepted' && delivery === messageId);
/** Ends all waits: the last attempt appears to be long ago. */
const later = () =>
  fixture.needs.deployment.pool.query(
    `update mailbox set sending_limited_until = null;
     update delivery set uncertain_since = uncertain_since - interval '1 minute', next_attempt_at = null`,
  );
const received = () => {
  const message = messagesWith(fixture.google.simulator, ana, { limit: 1 })[0]!;
  const raw = rawOf(fixture.google.simulator, ana, message.id).toString();
  return { ...message, raw, header: (name: string) => headerOf(message.headers, name) };
};

test('a reply is sent once, in the Gmail thread of the conversation', async () => {
  const id = await write();
  await fixture.deliver(id);
  await fixture.deliver(id);
  const sent = only(accepted(id));
  expect(await delivery(id)).toMatchObject({ state: 'sent', gmailId: sent.gmailId, attempts: 1 });
  const original = messagesWith(fixture.google.simulator, support, { label: 'INBOX', limit: 1 })[0]!;
  expect(sent.threadId).toBe(original.threadId);
  const mail = received();
  expect(mail.header('From')).toBe('Acme Support <support@acme.example>');
  expect(mail.header('Subject')).toBe(`Re: Topic ${count}`);
  expect(mail.header('In-Reply-To')).toBe(`<t${count}@far.example>`);
  expect(mail.raw).toContain('multipart/alternative');
  expect(mail.raw).toContain('<b>Ana</b>');
  // The next answer cites the Message-ID that Gmail gave it, and all before (read-message-ids.test.ts).
  await fixture.deliver(await write());
  expect(received().header('In-Reply-To')).toBe(mail.rfcMessageId);
  expect(received().header('References')).toBe(`<t${count}@far.example> ${mail.rfcMessageId}`);
  expect(mail.rfcMessageId).toMatch(/@mail\.gmail\.com>$/);
  // The mailbox's sync finds the Sent copy and stores no second message.
  await fixture.sync();
  const all = await fixture.read((tx) =>
    tx.sql.selectFrom('message').where('conversationId', '=', conversationId).select('id').execute(),
  );
  expect(all.length).toBe(3);
});

test('what a sent message is found by is written again only if it was sent long after it was written', async () => {
  const entry = async (messageId: string) => {
    const { rows } = await fixture.needs.deployment.pool.query<{ version: string; late: number }>(
      `select s.xmin::text as version, extract(epoch from m.sent_at - s.sent_at)::float8 as late
       from message_search s join message m on m.id = s.message_id where s.message_id = $1`,
      [messageId],
    );
    return only(rows);
  };
  const atOnce = await write();
  const { version } = await entry(atOnce);
  await fixture.deliver(atOnce);
  const sent = await entry(atOnce);
  expect(sent.version).toBe(version);
  expect(sent.late).toBeGreaterThan(0);
  const longAgo = await write({ now: new Date(Date.now() - 120_000) });
  await fixture.deliver(longAgo);
  expect((await entry(longAgo)).late).toBe(0);
});

test('a reply to Outlook carries its Thread-Index and Thread-Topic on', async () => {
  const index = Buffer.concat([Buffer.from('01dd5eb0a1b2', 'hex'), Buffer.alloc(16, 7)]).toString('base64');
  const earlier = await write();
  await fixture.deliver(earlier);
  expect(received().header('Thread-Index')).toBe('');
  fixture.arrive({
    From: `Ana Silva <${ana}>`,
    Subject: `RE: Topic ${count}`,
    'In-Reply-To': `<t${count}@far.example>`,
    'Thread-Topic': `Topic ${count}`,
    'Thread-Index': index,
  });
  await fixture.sync();
  await fixture.deliver(await write());
  const reply = Buffer.from(received().header('Thread-Index'), 'base64');
  expect(reply.subarray(0, 22).toString('base64')).toBe(index);
  expect(reply).toHaveLength(27);
  expect(received().header('Thread-Topic')).toBe(`Topic ${count}`);
  await fixture.deliver(await write({ subject: 'Something else' }));
  expect(received().header('Thread-Index')).toBe('');
});

test('Dynamic Alias Name uses the agent’s address if Gmail accepts it', async () => {
  await settings({ dynamicAliasName: true });
  const id = await write();
  await fixture.deliver(id);
  expect(received().header('From')).toBe('John Carter <john@acme.example>');
  expect(received().header('Reply-To')).toBe('Acme Support <support@acme.example>');
  const colleague = { ...author, name: 'Lena', email: 'lena@acme.example' };
  await fixture.needs.deployment.pool.query('update users set name = $1, email = $2 where id = $3', [
    colleague.name,
    colleague.email,
    author.id,
  ]);
  const other = await write({ author: colleague });
  await fixture.deliver(other);
  expect(received().header('From')).toBe('Lena <support@acme.example>');
  expect(received().header('Reply-To')).toBe('');
  await fixture.needs.deployment.pool.query('update users set name = $1, email = $2 where id = $3', [
    author.name,
    author.email,
    author.id,
  ]);
});

test('a lost response does not send the message twice', async () => {
  await control.fault('messages.send', 'lost-response');
  const id = await write();
  await fixture.deliver(id);
  expect(await delivery(id)).toMatchObject({ state: 'queued', problem: { code: 'send-outcome-unknown' } });
  expect((await delivery(id)).uncertainSince).not.toBeNull();
  await fixture.deliver(id); // too soon: Gmail may still be sending
  expect((await delivery(id)).state).toBe('queued');
  await later();
  await fixture.deliver(id);
  expect((await delivery(id)).state).toBe('sent');
  only(accepted(id));
});

test('the search in Sent skips known copies of other messages', async () => {
  const one = conversationId;
  fixture.arrive({ From: `Ben <ben@far.example>`, Subject: `Beside ${count}` });
  await fixture.sync();
  const beside = await fixture.read((tx) =>
    tx.sql
      .selectFrom('conversation')
      .where('subject', '=', `Beside ${count}`)
      .select('id')
      .executeTakeFirstOrThrow(),
  );
  await control.fault('messages.send', 'lost-response');
  const id = await write({ conversationId: one });
  await fixture.deliver(id);
  for (let others = 0; others < 4; others += 1) {
    await fixture.deliver(await write({ conversationId: beside.id }));
  }
  await later();
  const before = quota(fixture.google.simulator).spent(support);
  await fixture.deliver(id);
  expect((await delivery(id)).state).toBe('sent');
  only(accepted(id));
  // The list, the copy that was checked, and the read-back.
  expect(quota(fixture.google.simulator).spent(support) - before).toBe(5 + 20 + 20);
});

test('a Sent copy that was moved to the trash is found there', async () => {
  const id = await write();
  await control.fault('messages.send', 'lost-response');
  await fixture.deliver(id);
  moveToTrash(fixture.google.simulator, support, only(accepted(id)).gmailId!);
  await later();
  await fixture.deliver(id);
  only(accepted(id));
  expect((await delivery(id)).state).toBe('sent');
});

test('a Sent copy is found although Google’s clock is slow', async () => {
  const { simulator } = fixture.google;
  simulator.clock.advance(-60_000);
  try {
    const id = await write();
    await control.fault('messages.send', 'lost-response');
    await fixture.deliver(id);
    sendAtGoogle(simulator, support, { raw: Buffer.from(`To: ${ana}\r\nSubject: Later\r\n\r\nLater\r\n`) });
    await later();
    await fixture.deliver(id);
    only(accepted(id));
  } finally {
    simulator.clock.advance(60_000);
  }
});

test('a send that Gmail refuses by chance is tried again', async () => {
  await control.fault('messages.send', 'precondition');
  const id = await write();
  await fixture.deliver(id);
  expect(await delivery(id)).toMatchObject({ state: 'queued', problem: { code: 'google-busy' } });
  await later();
  await fixture.deliver(id);
  expect(await delivery(id)).toMatchObject({ state: 'sent', problem: null });
  only(accepted(id));
});

test('a crash before sending sends once', async () => {
  const id = await write();
  await fixture.needs.deployment.pool.query(
    `update delivery set state = 'sending', attempts = 1, uncertain_since = now() - interval '1 minute' where message_id = $1`,
    [id],
  );
  await fixture.deliver(id);
  expect((await delivery(id)).state).toBe('sent');
  only(accepted(id));
});

test('the mailbox’s sync confirms a delivery whose process died', async () => {
  await control.fault('messages.send', 'lost-response');
  const id = await write();
  await fixture.deliver(id);
  await fixture.sync();
  expect((await delivery(id)).state).toBe('sent');
  await later();
  await fixture.deliver(id);
  only(accepted(id));
});

test('two processes that deliver the same message send it once', async () => {
  const id = await write();
  await Promise.all([fixture.deliver(id), fixture.deliver(id), fixture.deliver(id)]);
  only(accepted(id));
  expect((await delivery(id)).state).toBe('sent');
});

test('messages of a conversation are sent in the order written', async () => {
  const first = await write({ html: '<p>first</p>' });
  const second = await write({ html: '<p>second</p>' });
  await control.fault('messages.send', '503');
  await fixture.deliver(second); // the first is sent first, whichever is asked for
  expect((await delivery(first)).state).toBe('queued');
  expect(await delivery(second)).toMatchObject({ state: 'queued', attempts: 0 });
  await later();
  await fixture.deliver(second);
  const order = fixture
    .ledger()
    .flatMap(({ kind, delivery }) => (kind === 'accepted' && delivery ? [delivery] : []));
  expect(order.slice(-2)).toEqual([first, second]);
});

test('a held message holds back later ones of its mailbox only', async () => {
  const first = await write();
  await fixture.needs.deployment.sql
    .updateTable('delivery')
    .set({ state: 'held', problem: JSON.stringify(heldBecauseDisconnected('support@acme.example')) })
    .where('messageId', '=', first)
    .execute();
  const second = await write();
  const mailboxId = await fixture.connect(fixture.admin, 'sales@acme.example');
  const elsewhere = await write({ mailboxId });
  await fixture.deliver(second);
  expect(accepted(second)).toEqual([]);
  only(accepted(elsewhere));
  await fixture.read((tx) => releaseHeld(tx, fixture.mailboxId, fixture.enqueue));
  await fixture.deliver(second);
  expect(only(accepted(first)).seq).toBeLessThan(only(accepted(second)).seq);
});

test('the list shows the last message and its time', async () => {
  const listed = () =>
    fixture.read((tx) =>
      tx.sql
        .selectFrom('conversation')
        .where('id', '=', conversationId)
        .select(['snippet', 'lastDirection', 'lastMessageAt'])
        .executeTakeFirstOrThrow(),
    );
  const answer = await write({ html: '<p>On its way</p>', now: new Date(Date.now() - 5_000) });
  fixture.arrive({ Subject: 'Re: Topic', 'In-Reply-To': `<t${count}@far.example>` }, 'One more thing');
  await fixture.sync();
  expect(await listed()).toMatchObject({ snippet: 'One more thing', lastDirection: 'inbound' });
  await fixture.deliver(answer);
  const copy = await fixture.read((tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('messageId', '=', answer)
      .select('internalDate')
      .executeTakeFirstOrThrow(),
  );
  expect(await listed()).toEqual({
    snippet: 'On its way',
    lastDirection: 'outbound',
    lastMessageAt: copy.internalDate,
  });
});

test('Google’s limits are waited for as long as Google says', async () => {
  await control.fault('messages.send', 'sending-limit', 1, 3_600);
  const id = await write();
  await fixture.deliver(id);
  const waiting = await delivery(id);
  expect(waiting).toMatchObject({
    state: 'queued',
    problem: { code: 'sending-limit', params: { address: 'support@acme.example' } },
    uncertainSince: null,
  });
  const wait = waiting.nextAttemptAt!.getTime() - Date.now();
  expect(wait).toBeGreaterThan(3_000_000);
  expect(wait).toBeLessThanOrEqual(3_660_000);
  expect(fixture.jobs.at(-1)?.startAfter).toEqual(waiting.nextAttemptAt);
  // The mailbox is at its limit: nothing else is tried before.
  const { rows } = await fixture.needs.deployment.pool.query(
    'select sending_limited_until as until from mailbox where id = $1',
    [fixture.mailboxId],
  );
  expect(rows[0].until).toEqual(waiting.nextAttemptAt);
  const next = await write();
  await fixture.needs.deployment.pool.query(
    'update delivery set next_attempt_at = null, send_after = send_after - interval $$1 minute$$, changed_at = send_after - interval $$1 minute$$',
  );
  await fixture.deliver(next);
  expect(await delivery(next)).toMatchObject({ state: 'queued', attempts: 0 });
  expect(await findDeliveriesToRecover(fixture.needs.deployment, new Date())).toEqual([]);
  await later();
  await fixture.deliver(next);
  expect(await delivery(id)).toMatchObject({ state: 'sent', problem: null });
  expect(only(accepted(id)).seq).toBeLessThan(only(accepted(next)).seq);
});

test('history is quoted newest first, without notes, if set', async () => {
  const note = { id: uuid(), conversationId, html: '<p>secret note</p>', author, now: new Date() };
  await fixture.read((tx) => composeNote(tx, note));
  const alone = await write({ html: '<p>Alone</p>' });
  await fixture.deliver(alone);
  expect(received().raw).not.toContain('gmail_quote');
  await settings({ threading: 'history' });
  const id = await write({ html: '<p>With history</p>' });
  await fixture.deliver(id);
  const { raw } = received();
  expect(raw).toContain('gmail_quote');
  expect(raw).not.toContain('secret note');
  expect(raw.indexOf('Alone')).toBeGreaterThan(0);
  expect(raw.indexOf('Alone')).toBeLessThan(raw.lastIndexOf('Hello'));
  expect(fixture.ledger().some(({ delivery }) => delivery === note.id)).toBe(false);
});

test('what cannot be sent is rejected before anything is stored', async () => {
  const refused = (more: Partial<Reply>) => expect(write(more)).rejects;
  await refused({ to: ['not an address'] }).toThrow('invalid-recipient');
  await refused({ to: ['a@b.example\r\nBcc: x@y.example'] }).toThrow('invalid-recipient');
  await refused({ to: [] }).toThrow('no-recipient');
  await refused({ mailboxId: uuid() }).toThrow('no-such-mailbox');
  await refused({ conversationId: uuid() }).toThrow('no-such-conversation');
  const id = await write();
  await write({ id }); // a repeated request
  expect(fixture.jobs.at(-1)?.name).toBe('send');
  const stored = await fixture.read((tx) =>
    tx.sql.selectFrom('message').where('id', '=', id).select('id').execute(),
  );
  expect(stored.length).toBe(1);
  await fixture.deliver(id);
});

// The last test, because it ends the mailbox's access.
test('a disconnected mailbox holds messages until it is reconnected', async () => {
  const written = await write();
  fixture.google.removeEveryAccess();
  await fixture.deliver(written);
  expect(await delivery(written)).toMatchObject({ state: 'held', problem: { code: 'mailbox-disconnected' } });
  const later = await write();
  expect((await delivery(later)).state).toBe('held');
  await fixture.connect(fixture.admin, support);
  await fixture.read((tx) => releaseHeld(tx, fixture.mailboxId, fixture.enqueue));
  await fixture.deliver(later);
  expect((await delivery(written)).state).toBe('sent');
  expect((await delivery(later)).state).toBe('sent');
  only(accepted(written));
  only(accepted(later));
});
