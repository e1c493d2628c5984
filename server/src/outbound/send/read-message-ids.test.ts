import { setTimeout as sleep } from 'node:timers/promises';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { headerOf } from '../../../../google-simulator/src/mail/headers.ts';
import { messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { quota } from '../../../../google-simulator/src/quota.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { bounceOf } from '../../testing/inbox-fixture.ts';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { composeReply } from '../compose/compose.ts';
import { readAwaitedIds } from './read-message-ids.ts';

// What Gmail gives a sent message, its Message-ID, is read back only when something depends on it.

const support = 'support@acme.example';
const sales = 'sales@acme.example';
const ana = 'ana.silva@mail.example';
const neverAborted = new AbortController().signal;
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let control: ReturnType<typeof simulatorControls>;
let salesId: string;
let count = 0;
let conversationId: string;

beforeAll(async () => {
  fixture = await createMailFlowFixture();
  control = simulatorControls(fixture.google);
  salesId = await fixture.connect(fixture.admin, sales);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  count += 1;
  await control.clear();
  fixture.arrive({
    From: `Ana Silva <${ana}>`,
    Subject: `Order ${count}`,
    'Message-ID': `<order${count}@far.example>`,
  });
  await fixture.sync();
  conversationId = (await conversations())[0]!.id;
});

const conversations = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('conversation').select(['id', 'subject']).orderBy('createdAt', 'desc').execute(),
  );
const rfcMessageId = async (id: string) => {
  const row = await fixture.read((tx) =>
    tx.sql.selectFrom('message').where('id', '=', id).select('rfcMessageId').executeTakeFirstOrThrow(),
  );
  return row.rfcMessageId;
};
const unitsSpent = () => quota(fixture.google.simulator).spent(support);
const newest = (address: string) =>
  messagesWith(fixture.google.simulator, address, { limit: 1 })[0]!.rfcMessageId;
const inReplyTo = () =>
  headerOf(messagesWith(fixture.google.simulator, ana, { limit: 1 })[0]!.headers, 'In-Reply-To');
const readIds = () => readAwaitedIds(fixture.needs, neverAborted);

async function answer(to = ana, onceWritten = async () => {}, id: string = uuid()): Promise<string> {
  const { mailboxId } = fixture;
  const author = { id: fixture.admin.actor.id, name: 'John', email: 'john@acme.example' };
  const reply = { id, conversationId, mailboxId, to: [to], cc: [], bcc: [], html: '<p>Yes</p>', author };
  await fixture.read((tx) => composeReply(tx, { ...reply, now: new Date() }, fixture.enqueue));
  await onceWritten();
  await fixture.deliver(id);
  return id;
}

test('the copy of a message that is being recorded is not fetched', async () => {
  const before = unitsSpent();
  const counter = await fixture.needs.deployment.pool.connect();
  const id = uuid();
  await counter.query('begin');
  const answered = answer(
    ana,
    async () => {
      await counter.query('select from event_sequence for update');
    },
    id,
  );
  const isSent = () => fixture.ledger().some(({ kind, delivery }) => kind === 'accepted' && delivery === id);
  await expect.poll(isSent, { timeout: 10_000 }).toBe(true);
  const synced = fixture.sync();
  await sleep(100);
  await counter.query('commit');
  counter.release();
  await Promise.all([answered, synced]);
  // Sent, and the history read.
  expect(unitsSpent() - before).toBe(102);
});

test('a message that nothing depends on is not read back', async () => {
  const before = unitsSpent();
  const id = await answer();
  expect(unitsSpent() - before).toBe(100);
  expect(await rfcMessageId(id)).toBeNull();
  await readIds();
  expect(unitsSpent() - before).toBe(100);
});

test('the next answer cites the Message-ID of the one before', async () => {
  const first = await answer();
  const before = unitsSpent();
  await answer();
  expect(unitsSpent() - before).toBe(120);
  expect(await rfcMessageId(first)).toMatch(/@mail\.gmail\.com>$/);
  expect(inReplyTo()).toBe(await rfcMessageId(first));
});

test('an answer cites an earlier message where the last one cannot be read', async () => {
  await answer();
  await control.fault('messages.get', '503', 1);
  await answer();
  expect(inReplyTo()).toBe(`<order${count}@far.example>`);
});

test('an answer that another mailbox receives joins the conversation of what it cites', async () => {
  const id = await answer();
  const sent = newest(ana);
  const others = (await conversations()).length;
  fixture.arrive(
    { From: `Ana Silva <${ana}>`, Subject: 'Another subject', 'In-Reply-To': sent ?? '' },
    'Yes',
    [sales],
  );
  await fixture.sync(salesId);
  expect(await conversations()).toHaveLength(others + 1);
  await control.fault('messages.get', '503', 1);
  await readIds();
  await readIds();
  expect(await rfcMessageId(id)).toBe(sent);
  expect(await conversations()).toHaveLength(others);
  const before = unitsSpent();
  await readIds();
  expect(unitsSpent()).toBe(before);
});

test('a report that names only the Message-ID is shown on the message', async () => {
  const id = await answer();
  const { from = '', fields, body } = bounceOf(newest(ana)!, ana);
  fixture.arrive({ From: from, Subject: 'Undelivered Mail Returned to Sender', ...fields }, body);
  await fixture.sync();
  await readIds();
  const reports = await fixture.read((tx) =>
    tx.sql.selectFrom('deliveryReport').where('messageId', '=', id).select('status').execute(),
  );
  expect(reports).toEqual([{ status: '5.1.1' }]);
});

test('a message to a colleague is read back at once', async () => {
  expect(await rfcMessageId(await answer('ben@acme.example'))).toMatch(/@mail\.gmail\.com>$/);
});
