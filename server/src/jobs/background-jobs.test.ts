import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findAccount } from '../../../google-simulator/src/accounts.ts';
import type { FaultKind } from '../../../google-simulator/src/faults.ts';
import { addMessage } from '../../../google-simulator/src/mail/messages.ts';
import { changePassword } from '../../../google-simulator/src/revocation.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { networkAccess, publicInternet } from '../network/network-access.ts';
import { composeReply } from '../outbound/compose/compose.ts';
import { sendsHere } from '../outbound/send/send-here.ts';
import { openQueue, type Queue } from '../queue/queue.ts';
import { type Admin, createConnectionFixture } from '../testing/connection-fixture.ts';
import { startBackgroundJobs } from './background-jobs.ts';

/** Background jobs with their real queue, for mailboxes with different problems. */
let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let queue: Queue;
let acme: Admin;
let working: Awaited<ReturnType<typeof startBackgroundJobs>>;
const mailboxes: Record<string, string> = {};
const [healthy, slow, dead, flooded] = [
  'support@acme.example',
  'sales@acme.example',
  'billing@acme.example',
  'john@acme.example',
] as const;

const notPaused = { isPaused: () => false, resumedAt: () => null };

// A simulator for each test, because quota units are counted by the minute.
beforeEach(async () => {
  fixture = await createConnectionFixture();
  queue = await openQueue(fixture.needs.deployment, { isWorker: true, onError: () => {} });
  const { deployment, database, locks, sealer } = fixture.needs;
  const webhookNetwork = networkAccess({ ports: null });
  working = await startBackgroundJobs(
    {
      ...{ deployment, database, queue, locks, sealer, webhookNetwork },
      ...{ connecting: fixture.needs, notifications: null, pause: notPaused },
      push: { sealer, contact: 'https://postroom.example', network: publicInternet },
    },
    pino({ level: 'silent' }),
  );
  acme = await fixture.admin();
  for (const address of [healthy, slow, dead, flooded])
    mailboxes[address] = await fixture.connect(acme, address);
});
afterEach(async () => {
  await working?.stop();
  await queue?.stop();
  await fixture?.close();
});

const fault = (account: string, method: string, kind: FaultKind) =>
  fetch(`${fixture.google.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account, method, kind, times: null }),
  });
const arrive = (at: string, subject: string) =>
  addMessage(fixture.google.simulator, at, {
    raw: Buffer.from(`From: Ana <ana@far.example>\r\nTo: ${at}\r\nSubject: ${subject}\r\n\r\nHello\r\n`),
    labels: ['INBOX'],
  });
const endAccess = (address: string) =>
  changePassword(fixture.google.simulator, findAccount(fixture.google.simulator.store, address)!.sub);
const stored = async (address: string): Promise<number> =>
  (
    await fixture.inInstance(acme.instanceId, (tx) =>
      tx.sql
        .selectFrom('gmailMessage')
        .where('mailboxId', '=', mailboxes[address]!)
        .select('gmailId')
        .execute(),
    )
  ).length;
const states = async () =>
  Object.fromEntries((await fixture.list(acme)).map(({ address, state }) => [address, state]));

test('a mailbox that fails, hangs or is flooded delays no other’s mail', async () => {
  await fault(slow, 'history.list', 'hang');
  endAccess(dead);
  // More than the quota units of the two minutes that this test may take, and of one that just ended.
  const flood = 1_300;
  for (let count = 0; count < flood; count += 1) arrive(flooded, `Flood ${count}`);
  arrive(slow, 'While Gmail hangs');
  await expect.poll(() => stored(flooded), { timeout: 30_000 }).toBeGreaterThan(0);

  for (let round = 1; round <= 3; round += 1) {
    arrive(healthy, `Round ${round}`);
    await expect.poll(() => stored(healthy), { timeout: 30_000 }).toBe(round);
    // The other mailboxes still have their problems, so the healthy one did not wait for them.
    expect(await stored(flooded)).toBeLessThan(flood);
    expect(await stored(slow)).toBe(0);
  }
  await expect.poll(states, { timeout: 30_000 }).toEqual({
    [healthy]: 'connected',
    [slow]: 'connected',
    [dead]: 'disconnected',
    [flooded]: 'connected',
  });
}, 120_000);

/** Stores a new conversation of a mailbox, snoozed until `snoozedUntil` if given; returns its id. */
async function addConversation(tx: InstanceTransaction, mailboxId: string, snoozedUntil?: Date) {
  const { instanceId } = acme;
  const [id, customerId] = [uuid(), uuid()];
  await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana' }).execute();
  await tx.sql
    .insertInto('conversation')
    .values({ instanceId, id, customerId, mailboxId, subject: 'X', lastMessageAt: new Date() })
    .execute();
  if (snoozedUntil)
    await tx.sql
      .updateTable('conversation')
      .set({ status: 'snoozed', snoozedUntil })
      .where('id', '=', id)
      .execute();
  return id;
}

/** Writes a reply in a new conversation; returns its message's id. */
async function writeReply(from: string, enqueue = queue.enqueue): Promise<string> {
  const { instanceId } = acme;
  const id = uuid();
  const mailboxId = mailboxes[from]!;
  await fixture.inInstance(instanceId, async (tx) => {
    const now = new Date();
    const conversationId = await addConversation(tx, mailboxId);
    const author = { id: acme.actor.id, name: acme.actor.name, email: 'alex@acme.example' };
    const words = { to: ['ana@far.example'], cc: [], bcc: [], html: '<p>Hello</p>' };
    await composeReply(tx, { id, conversationId, mailboxId, ...words, author, now }, enqueue);
  });
  return id;
}
const delivered = async (messageIds: string[]): Promise<number> =>
  (
    await fixture.inInstance(acme.instanceId, (tx) =>
      tx.sql
        .selectFrom('delivery')
        .where('messageId', 'in', messageIds)
        .where('state', '=', 'sent')
        .select('messageId')
        .execute(),
    )
  ).length;

test('hanging sends and a long queue delay no other mailbox’s sends', async () => {
  await fault(slow, 'messages.send', 'hang');
  const hanging = await Promise.all(Array.from({ length: 20 }, () => writeReply(slow)));
  // A send costs 120 units with its confirmation: as above, more than the units of three minutes.
  const many = await Promise.all(Array.from({ length: 210 }, () => writeReply(flooded)));
  await expect.poll(() => delivered(many), { timeout: 30_000 }).toBeGreaterThan(0);

  for (let round = 1; round <= 3; round += 1) {
    const mine = await writeReply(healthy);
    await expect.poll(() => delivered([mine]), { timeout: 30_000 }).toBe(1);
    expect(await delivered(hanging)).toBe(0);
    expect(await delivered(many)).toBeLessThan(many.length);
  }
}, 120_000);

test('what was just written is sent before the process stops, and no longer than two seconds', async () => {
  await fault(slow, 'messages.send', 'hang');
  const enqueue = sendsHere(queue.enqueue, working.send);
  const first = await writeReply(healthy, enqueue);
  await expect.poll(() => delivered([first]), { timeout: 30_000 }).toBe(1);
  // More than a mailbox sends at once.
  const written = await Promise.all(Array.from({ length: 4 }, () => writeReply(healthy, enqueue)));
  const hanging = await writeReply(slow, enqueue);
  const began = performance.now();
  await working.stop();
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await delivered(written)).toBe(written.length);
  expect(await delivered([hanging])).toBe(0);
}, 60_000);

test.each(['unsnooze-conversation', 'wake-conversation'] as const)(
  'a job of %s reopens a snoozed conversation',
  async (task) => {
    const { instanceId } = acme;
    const conversationId = await fixture.inInstance(instanceId, async (tx) => {
      const id = await addConversation(tx, mailboxes[healthy]!, new Date(Date.now() - 1_000));
      await queue.enqueue(tx, task, { instanceId, conversationId: id });
      return id;
    });
    const status = () =>
      fixture.inInstance(instanceId, async (tx) => {
        const query = tx.sql.selectFrom('conversation').where('id', '=', conversationId).select('status');
        return (await query.executeTakeFirstOrThrow()).status;
      });
    await expect.poll(status, { timeout: 30_000 }).toBe('open');
  },
  60_000,
);
