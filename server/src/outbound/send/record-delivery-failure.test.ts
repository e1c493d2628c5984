import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { GoogleFailure } from '../../google/errors.ts';
import { storedProblem } from '../../problems.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { composeReply } from '../compose/compose.ts';
import { recordDeliveryFailure } from './delivery-failure.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let control: ReturnType<typeof simulatorControls>;
let conversationId: string;
let messageId: string;
let count = 0;

beforeAll(async () => {
  fixture = await createMailFlowFixture();
  control = simulatorControls(fixture.google);
});
afterAll(() => fixture?.close());

/** Each test has an answer of its own, in a conversation that is done. */
beforeEach(async () => {
  await control.clear();
  count += 1;
  fixture.arrive({ Subject: `Topic ${count}`, 'Message-ID': `<t${count}@far.example>` });
  await fixture.sync();
  ({ id: conversationId } = await fixture.read((tx) =>
    tx.sql
      .updateTable('conversation')
      .set({ status: 'done', doneAt: new Date() })
      .where('subject', '=', `Topic ${count}`)
      .returning('id')
      .executeTakeFirstOrThrow(),
  ));
  messageId = uuid();
  await fixture.read((tx) =>
    composeReply(
      tx,
      {
        id: messageId,
        conversationId,
        mailboxId: fixture.mailboxId,
        to: ['ana@far.example'],
        cc: [],
        bcc: [],
        html: '<p>Hello</p>',
        author: { id: fixture.admin.actor.id, name: 'John', email: 'john@acme.example' },
        now: new Date(),
      },
      fixture.enqueue,
    ),
  );
});

const startedAt = new Date('2026-11-23T10:00:00Z');
const setDelivery = (values: object, of = messageId) =>
  fixture.read((tx) => tx.sql.updateTable('delivery').set(values).where('messageId', '=', of).execute());
const delivery = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('delivery').where('messageId', '=', messageId).selectAll().executeTakeFirstOrThrow(),
  );
const conversation = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('id', '=', conversationId).selectAll().executeTakeFirstOrThrow(),
  );
const eventsAbout = async (type: string, key: string, id: string) => {
  const { rows } = await fixture.needs.deployment.pool.query(
    'select 1 from event where type = $1 and data->>$2 = $3',
    [type, key, id],
  );
  return rows.length;
};

/** Records a failure of an attempt; returns whether the next message of the conversation may follow. */
const fail = (failure: GoogleFailure, stillUncertain = false, attempts = 1) =>
  recordDeliveryFailure(
    { database: fixture.needs.database, enqueue: fixture.enqueue },
    {
      instanceId: fixture.instanceId,
      messageId,
      mailboxId: fixture.mailboxId,
      conversationId,
      attempts,
    },
    failure,
    { startedAt, stillUncertain },
  );
const rateLimited = { kind: 'rate-limited', after: 5_000 } as const;
const refused = { kind: 'refused', problem: storedProblem('google-refused', { message: 'No.' }) } as const;

test('a certain failure makes the delivery certain, and enqueues the next attempt', async () => {
  await setDelivery({ state: 'sending', uncertainSince: new Date() });
  const jobs = fixture.jobs.length;
  expect(await fail(rateLimited)).toBe(false);
  const { nextAttemptAt, changedAt, ...row } = await delivery();
  expect(row).toMatchObject({ state: 'queued', uncertainSince: null, problem: { code: 'rate-limited' } });
  expect(nextAttemptAt!.getTime() - changedAt!.getTime()).toBe(5_000);
  expect(fixture.jobs.slice(jobs)).toEqual([{ name: 'send', startAfter: nextAttemptAt }]);
  expect(await eventsAbout('delivery.changed', 'messageId', messageId)).toBe(1);
  expect(await conversation()).toMatchObject({ status: 'done' });
});

test('a failed search in Sent leaves open whether the message was sent', async () => {
  await setDelivery({ state: 'sending', uncertainSince: new Date() });
  await fail(rateLimited, true);
  expect(await delivery()).toMatchObject({ state: 'queued', uncertainSince: startedAt });
});

test('an uncertain failure leaves open whether the message was sent', async () => {
  await setDelivery({ state: 'sending' });
  await fail({ kind: 'retry', after: null, cause: 'timed-out', uncertain: true });
  expect(await delivery()).toMatchObject({ state: 'queued', uncertainSince: startedAt });
});

test('a message that may have been sent is sent once, although reading Sent fails', async () => {
  await control.fault('messages.send', 'lost-response');
  await fixture.deliver(messageId);
  const settle = () =>
    fixture.needs.deployment.pool.query(
      `update delivery set uncertain_since = uncertain_since - interval '1 minute', next_attempt_at = null`,
    );
  await settle();
  await control.fault('messages.list', 'rate-limit');
  await fixture.deliver(messageId);
  expect(await delivery()).toMatchObject({ state: 'queued', problem: { code: 'rate-limited' } });
  await settle();
  await fixture.deliver(messageId);
  expect(await delivery()).toMatchObject({ state: 'sent' });
  only(fixture.ledger().filter(({ kind, delivery }) => kind === 'accepted' && delivery === messageId));
});

test('a failure after the sync found the copy in Sent changes nothing', async () => {
  await setDelivery({ state: 'sent', gmailId: 'found', uncertainSince: null });
  const jobs = fixture.jobs.length;
  expect(await fail(rateLimited)).toBe(true);
  expect(await fail(refused)).toBe(true);
  expect(await delivery()).toMatchObject({ state: 'sent', problem: null, nextAttemptAt: null });
  expect(fixture.jobs).toHaveLength(jobs);
  expect(await eventsAbout('delivery.changed', 'messageId', messageId)).toBe(0);
  expect(await conversation()).toMatchObject({ status: 'done' });
});

test('a refused message is not tried again, and opens its conversation', async () => {
  await setDelivery({ state: 'sending' });
  const jobs = fixture.jobs.length;
  const others = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('status', '=', 'open').select('id').execute(),
  );
  expect(await fail(refused)).toBe(false);
  expect(await delivery()).toMatchObject({ state: 'failed', nextAttemptAt: null, problem: refused.problem });
  expect(fixture.jobs).toHaveLength(jobs);
  expect(await conversation()).toMatchObject({ status: 'open', doneAt: null, snoozedUntil: null });
  expect(await eventsAbout('conversation.changed', 'conversationId', conversationId)).toBe(1);
  const open = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('status', '=', 'open').select('id').execute(),
  );
  expect(open).toHaveLength(others.length + 1);
});

test('a conversation that is open stays as it is', async () => {
  await fixture.read((tx) =>
    tx.sql.updateTable('conversation').set({ status: 'open' }).where('id', '=', conversationId).execute(),
  );
  await setDelivery({ state: 'sending' });
  await fail(refused);
  expect(await eventsAbout('conversation.changed', 'conversationId', conversationId)).toBe(0);
});

test('a failed message of a bulk message does not open its conversation', async () => {
  await setDelivery({ state: 'sending' });
  const bulkId = uuid();
  const { instanceId, mailboxId } = fixture;
  await fixture.read(async (tx) => {
    await tx.sql
      .insertInto('bulkMessage')
      .values({ instanceId, id: bulkId, mailboxId, subject: '', html: '' })
      .execute();
    const recipient = { position: 0, address: 'ana@far.example', name: '', token: bulkId };
    await tx.sql
      .insertInto('bulkRecipient')
      .values({ instanceId, bulkId, messageId, ...recipient })
      .execute();
  });
  await fail(refused);
  expect(await delivery()).toMatchObject({ state: 'failed' });
  expect(await conversation()).toMatchObject({ status: 'done' });
});

test('a sending limit stops the mailbox until the next attempt', async () => {
  await setDelivery({ state: 'sending' });
  const changes = await eventsAbout('mailbox.changed', 'mailboxId', fixture.mailboxId);
  await fail({ kind: 'sending-limit', after: 60_000 });
  const { nextAttemptAt, state } = await delivery();
  expect(state).toBe('queued');
  const mailbox = () =>
    fixture.read((tx) =>
      tx.sql.selectFrom('mailbox').where('id', '=', fixture.mailboxId).selectAll().executeTakeFirstOrThrow(),
    );
  expect((await mailbox()).sendingLimitedUntil).toEqual(nextAttemptAt);
  expect(await eventsAbout('mailbox.changed', 'mailboxId', fixture.mailboxId)).toBe(changes + 1);
  await fixture.needs.deployment.pool.query('update mailbox set sending_limited_until = null');
  // Another failure sets no limit.
  await setDelivery({ state: 'sending' });
  await fail(rateLimited);
  expect((await mailbox()).sendingLimitedUntil).toBeNull();
});

// The last test, because it ends the mailbox's access.
test('a lost access disconnects the mailbox and holds the message', async () => {
  await setDelivery({ state: 'sending' });
  const jobs = fixture.jobs.length;
  const now = new Date();
  await recordDeliveryFailure(
    { database: fixture.needs.database, enqueue: fixture.enqueue },
    { instanceId: fixture.instanceId, messageId, mailboxId: fixture.mailboxId, conversationId, attempts: 1 },
    { kind: 'disconnected', code: 'access-revoked' },
    { startedAt: now, stillUncertain: false },
  );
  expect(await delivery()).toMatchObject({ state: 'held', nextAttemptAt: null });
  expect(fixture.jobs).toHaveLength(jobs);
  const mailbox = await fixture.read((tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', fixture.mailboxId).selectAll().executeTakeFirstOrThrow(),
  );
  expect(mailbox).toMatchObject({ disconnectedCode: 'access-revoked' });
});
