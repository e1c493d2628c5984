import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeConversations } from '../conversations/batch-change.ts';
import { createConversations } from '../conversations/create-conversations.ts';
import { mergeConversation } from '../conversations/merge-conversations.ts';
import { splitConversation } from '../conversations/split-conversation.ts';
import { unmergeConversation } from '../conversations/undo-merge.ts';
import { deleteCustomer } from '../customers/delete-customer.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { ProblemError } from '../problems.ts';
import { deleteMessage } from '../redaction/delete-message.ts';
import { createConnectionFixture } from '../testing/connection-fixture.ts';
import { type Fact, recountReports, storedFacts } from '../testing/recount-reports.ts';
import { responseTimes } from './response-times.ts';
import { volume } from './volume.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let admin: Awaited<ReturnType<typeof fixture.admin>>;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createConnectionFixture();
  admin = await fixture.admin();
  mailboxId = await fixture.connect(admin, 'support@acme.example');
});
afterAll(() => fixture?.close());

const read = <T>(work: (tx: InstanceTransaction) => Promise<T>) =>
  fixture.needs.database.inInstance(admin.instanceId, work);
const enqueue = async () => {};

/** One step of a history; numbers choose among what exists, ms moves a message in time. */
const step = fc.record({
  kind: fc.constantFrom(
    'receive',
    'receive',
    'receive list',
    'receive reaction',
    'import',
    'import',
    'remove import',
    'write',
    'write',
    'write bulk',
    'note',
    'answer in Gmail',
    'deliver',
    'deliver',
    'forward',
    'turn outbound',
    'done',
    'done',
    'reopen',
    'snooze',
    'bulk done and undo',
    'merge',
    'undo merge',
    'split',
    'delete message',
    'delete customer',
  ),
  conversation: fc.nat(),
  other: fc.nat(),
  ms: fc.integer({ min: -60, max: 5 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function apply(tx: InstanceTransaction, { kind, conversation, other, ms }: Step): Promise<void> {
  const { instanceId } = tx;
  const actorId = admin.actor.id;
  const now = new Date();
  const at = new Date(now.getTime() + ms);
  const readIds = async () =>
    (await tx.sql.selectFrom('conversation').select('id').orderBy('id').execute()).map(({ id }) => id);
  const before = await readIds();
  const pick = <T>(list: T[], number: number): T | undefined => list[number % Math.max(1, list.length)];
  // Few conversations, so that their histories grow long.
  const conversationId = before.length < 4 ? await begin(tx) : pick(before, conversation)!;
  const ids = await readIds();
  const messages = await tx.sql
    .selectFrom('message')
    .leftJoin('delivery', (join) => join.onRef('delivery.messageId', '=', 'message.id'))
    .where('conversationId', '=', conversationId)
    .select(['message.id', 'direction', 'state'])
    .orderBy('message.id')
    .execute();
  const change = (values: { status: 'open' | 'done' | 'snoozed'; snoozedUntil?: Date }) =>
    changeConversations(tx, [{ conversationId, ...values }], { id: actorId, now }, enqueue);
  switch (kind) {
    case 'receive':
      return insert(tx, conversationId, { direction: 'inbound', sentAt: at });
    case 'receive list':
      return insert(tx, conversationId, { direction: 'inbound', sentAt: at, kind: 'list' });
    case 'receive reaction':
      return insert(tx, conversationId, { direction: 'inbound', sentAt: at, reaction: '👍' });
    case 'import': {
      const direction = other % 3 ? 'inbound' : 'outbound';
      return insert(tx, conversationId, { direction, sentAt: at, imported: true });
    }
    case 'remove import':
      await tx.sql
        .deleteFrom('message')
        .where('conversationId', '=', conversationId)
        .where('imported', '=', true)
        .execute();
      return;
    case 'answer in Gmail':
      return insert(tx, conversationId, { direction: 'outbound', sentAt: at });
    case 'note':
      return insert(tx, conversationId, { direction: 'note', sentAt: now, origin: 'postroom' });
    case 'write':
    case 'forward':
    case 'write bulk': {
      const id = uuid();
      const forwardedId = kind === 'forward' ? (messages[0]?.id ?? null) : null;
      const values = {
        id,
        direction: 'outbound',
        origin: 'postroom',
        sentAt: now,
        authorId: actorId,
      } as const;
      await insert(tx, conversationId, { ...values, forwardedId });
      if (kind === 'write bulk') await insertBulk(tx, id);
      await tx.sql
        .insertInto('delivery')
        .values({ instanceId, messageId: id, mailboxId, state: 'queued' })
        .execute();
      return;
    }
    case 'deliver': {
      const waiting = messages.find(({ state }) => state === 'queued');
      if (!waiting) return;
      await tx.sql.updateTable('message').set({ sentAt: at }).where('id', '=', waiting.id).execute();
      const state = other % 4 ? ('sent' as const) : ('cancelled' as const);
      await tx.sql.updateTable('delivery').set({ state }).where('messageId', '=', waiting.id).execute();
      return;
    }
    case 'turn outbound': {
      const inbound = messages.find(({ direction }) => direction === 'inbound');
      if (!inbound) return;
      await tx.sql
        .updateTable('message')
        .set({ direction: 'outbound' })
        .where('id', '=', inbound.id)
        .execute();
      return;
    }
    case 'done':
      await change({ status: 'done' });
      return;
    case 'reopen':
      await change({ status: 'open' });
      return;
    case 'snooze':
      await change({ status: 'snoozed', snoozedUntil: new Date(now.getTime() + 3_600_000) });
      return;
    case 'bulk done and undo': {
      const changes = ids.map((id) => ({ conversationId: id, status: 'done' as const }));
      const { undo } = await changeConversations(tx, changes, { id: actorId, now }, enqueue);
      if (other % 2) await changeConversations(tx, undo, { id: actorId, now }, enqueue);
      return;
    }
    case 'merge': {
      const intoId = pick(
        ids.filter((id) => id !== conversationId),
        other,
      );
      if (intoId) await mergeConversation(tx, { fromId: conversationId, intoId, actorId, now });
      return;
    }
    case 'undo merge': {
      const merges = await tx.sql.selectFrom('conversationMerge').select(['id', 'intoId']).execute();
      const merge = pick(merges, other);
      if (!merge) return;
      await unmergeConversation(tx, { conversationId: merge.intoId, mergeId: merge.id, actorId, now });
      return;
    }
    case 'split': {
      const message = pick(messages, other);
      if (message) await splitConversation(tx, { conversationId, messageId: message.id, actorId, now });
      return;
    }
    case 'delete message': {
      const message = pick(messages, other);
      if (message) await deleteMessage(tx, message.id, admin.actor, now);
      return;
    }
    case 'delete customer': {
      // Seldom: it ends the histories.
      const customer = await tx.sql.selectFrom('customer').select('id').orderBy('id').executeTakeFirst();
      if (customer && other % 5 === 0) await deleteCustomer(tx, customer.id, admin.actor);
    }
  }
}

async function begin(tx: InstanceTransaction): Promise<string> {
  const [id, customerId] = [uuid(), uuid()];
  await tx.sql
    .insertInto('customer')
    .values({ instanceId: tx.instanceId, id: customerId, name: 'Ana' })
    .execute();
  await createConversations(tx, [
    { id, customerId, mailboxId, assigneeId: null, subject: 'Question', lastMessageAt: new Date() },
  ]);
  return id;
}

type Values = Parameters<ReturnType<InstanceTransaction['sql']['insertInto']>['values']>[0];
async function insert(
  tx: InstanceTransaction,
  conversationId: string,
  values: { id?: string; direction: 'inbound' | 'outbound' | 'note'; sentAt: Date } & Record<string, unknown>,
): Promise<void> {
  const row = {
    instanceId: tx.instanceId,
    id: uuid(),
    conversationId,
    mailboxId,
    origin: 'gmail',
    ...values,
  };
  await tx.sql
    .insertInto('message')
    .values(row as unknown as never & Values)
    .execute();
}

async function insertBulk(tx: InstanceTransaction, messageId: string): Promise<void> {
  const { instanceId } = tx;
  const id = uuid();
  await tx.sql
    .insertInto('bulkMessage')
    .values({ instanceId, id, mailboxId, subject: 'News', html: '' })
    .execute();
  await tx.sql
    .insertInto('bulkRecipient')
    .values({
      instanceId,
      bulkId: id,
      position: 1,
      address: `${id}@far.example`,
      name: '',
      messageId,
      token: id,
    })
    .execute();
}

test('the stored figures equal a recount after random histories', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      for (const one of steps) {
        // Refused steps, such as a merge with itself or the deletion of a message being sent, change nothing.
        await read((tx) => apply(tx, one)).catch((error) => {
          if (!(error instanceof ProblemError)) throw error;
        });
      }
      const { stored, recounted } = await read(async (tx) => ({
        stored: await storedFacts(tx),
        recounted: await recountReports(tx),
      }));
      expect(stored).toEqual(recounted);
    }),
    { numRuns: 25, endOnFailure: true },
  );
  const kinds = await read(async (tx) => new Set((await storedFacts(tx)).map(({ kind }) => kind)));
  expect([...kinds].toSorted()).toEqual(['arrival', 'done', 'sent']);
});

test('reports say what a recount of these histories gives', async () => {
  const facts = await read(recountReports);
  const ended = facts.filter(({ waitingSince }) => waitingSince !== null);
  const measureOf = ({ kind, firstResponse }: Fact) =>
    kind === 'done' ? 'resolution' : firstResponse ? 'first' : 'next';
  const day = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 10);
  const filter = { from: day(-86_400_000), to: day(86_400_000) };
  const reported = await read((tx) =>
    responseTimes(tx, filter, { group: 'month', compare: 'user', withinHours: false }),
  );
  for (const measure of ['first', 'next', 'resolution'] as const) {
    const ofMeasure = ended.filter((fact) => measureOf(fact) === measure);
    const times = ofMeasure.map(({ seconds }) => seconds!).toSorted((a, b) => a - b);
    expect(reported.total[measure]?.count ?? 0).toBe(times.length);
    if (times.length === 0) continue;
    const median = times[Math.ceil(times.length / 2) - 1]!;
    expect(Math.abs(Math.log((reported.total[measure]!.median + 1) / (median + 1)))).toBeLessThan(0.02);
    const byUser = Map.groupBy(ofMeasure, ({ userId }) => userId);
    const counts = reported.compared!.flatMap(({ key, [measure]: one }) =>
      one ? [[key, one.count] as const] : [],
    );
    expect(new Map(counts)).toEqual(new Map([...byUser].map(([key, some]) => [key, some.length])));
  }
  const { steps, hours } = await read((tx) => volume(tx, filter, 'month'));
  const kinds = ['arrival', 'sent', 'done'].map((kind) => facts.filter((fact) => fact.kind === kind).length);
  for (const rows of [steps, hours]) {
    const sum = (what: 'arrivals' | 'sent' | 'done') => rows.reduce((total, row) => total + row[what], 0);
    expect([sum('arrivals'), sum('sent'), sum('done')]).toEqual(kinds);
  }
});

test('imported messages are never counted', async () => {
  const imported = await read((tx) =>
    tx.sql.selectFrom('message').where('imported', '=', true).select('id').execute(),
  );
  expect(imported.length).toBeGreaterThan(0);
  const counted = new Set((await read(storedFacts)).map(({ itemId }) => itemId));
  expect(imported.filter(({ id }) => counted.has(id))).toEqual([]);
});

test('messages stored at the same moment by two transactions are counted together', async () => {
  const conversationId = await read(begin);
  const asked = new Date(Date.now() - 60_000);
  await Promise.all([
    read((tx) => insert(tx, conversationId, { direction: 'inbound', sentAt: asked })),
    read((tx) => insert(tx, conversationId, { direction: 'outbound', sentAt: new Date() })),
  ]);
  const facts = (await read(storedFacts)).filter((fact) => fact.conversationId === conversationId);
  expect(facts.map(({ kind, firstResponse }) => [kind, firstResponse]).toSorted()).toEqual([
    ['arrival', false],
    ['sent', true],
  ]);
});

test('a message that arrives after others, but was sent before an answer or a close, began the wait', async () => {
  const conversationId = await read(begin);
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const write = (direction: 'inbound' | 'outbound', minutes: number) =>
    read((tx) => insert(tx, conversationId, { direction, sentAt: ago(minutes) }));
  const waits = async () => {
    const facts = (await read(storedFacts)).filter((fact) => fact.conversationId === conversationId);
    return facts.map(({ kind, seconds }) => [kind, seconds && Math.round(seconds / 60)]).toSorted();
  };
  await write('inbound', 30);
  await write('outbound', 10);
  expect(await waits()).toEqual([
    ['arrival', null],
    ['sent', 20],
  ]);
  await write('inbound', 50);
  expect(await waits()).toEqual([
    ['arrival', null],
    ['arrival', null],
    ['sent', 40],
  ]);
  await write('inbound', 5);
  expect((await waits()).length).toBe(4);
});
