import { createHash, randomBytes } from 'node:crypto';
import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createByteBudget } from '../../byte-budget.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { composeReply } from '../compose/compose.ts';

const megabyte = 1024 * 1024;
const budget = createByteBudget(5 * megabyte);
/** The bytes that are spent now, and the most that were at once; and what Google had accepted when each send ended. */
let held = 0;
let most = 0;
let acceptedByEnd: number[] = [];

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let control: ReturnType<typeof simulatorControls>;
let count = 0;
beforeAll(async () => {
  fixture = await createMailFlowFixture({
    memory: {
      spend: (bytes, work) =>
        budget.spend(bytes, async () => {
          held += bytes;
          most = Math.max(most, held);
          try {
            return await work();
          } finally {
            held -= bytes;
            acceptedByEnd.push(accepted().length);
          }
        }),
    },
  });
  control = simulatorControls(fixture.google);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await control.clear();
  [held, most, acceptedByEnd] = [0, 0, []];
});

const accepted = () => fixture.ledger().flatMap((row) => (row.kind === 'accepted' ? [row.delivery] : []));
const howOften = (id: string) => accepted().filter((delivery) => delivery === id).length;

async function newConversation(): Promise<string> {
  count += 1;
  fixture.arrive({ Subject: `Topic ${count}`, 'Message-ID': `<t${count}@far.example>` });
  await fixture.sync();
  const { id } = await fixture.read((tx) =>
    tx.sql
      .selectFrom('conversation')
      .where('subject', '=', `Topic ${count}`)
      .select('id')
      .executeTakeFirstOrThrow(),
  );
  return id;
}

/** Writes an answer with a file of so many megabytes. */
async function write(megabytes: number, conversationId?: string): Promise<string> {
  const conversation = conversationId ?? (await newConversation());
  const { instanceId, mailboxId } = fixture;
  const id = uuid();
  const author = { id: fixture.admin.actor.id, name: 'John Carter', email: 'john@acme.example' };
  const bytes = randomBytes(megabytes * megabyte);
  const sha256 = createHash('sha256').update(bytes).digest();
  await fixture.read(async (tx) => {
    const to = ['ana@far.example'];
    const reply = { id, conversationId: conversation, mailboxId, to, cc: [], bcc: [], html: '<p>Hello</p>' };
    await composeReply(tx, { ...reply, author, now: new Date() }, fixture.enqueue);
    await tx.sql.insertInto('blob').values({ instanceId, sha256, bytes }).execute();
    const file = { id: uuid(), filename: 'a.bin', mediaType: 'application/octet-stream', size: bytes.length };
    await tx.sql
      .insertInto('attachment')
      .values({ instanceId, messageId: id, ...file, position: 0, inline: false, sha256 })
      .execute();
  });
  return id;
}

const delivery = (messageId: string) =>
  fixture.read((tx) =>
    tx.sql
      .selectFrom('delivery')
      .where('messageId', '=', messageId)
      .select(['state', 'attempts'])
      .executeTakeFirstOrThrow(),
  );
const unclaimed = { state: 'queued', attempts: 0 };

/** Delivers a message while others use all memory. Resolves when it waits. */
async function deliverWhileFull(messageId: string, options: { signal?: AbortSignal } = {}) {
  const full = Promise.withResolvers<void>();
  void budget.spend(5 * megabyte, () => full.promise);
  const waits = Promise.withResolvers<void>();
  const delivered = fixture.deliver(messageId, { ...options, onWait: waits.resolve });
  await waits.promise;
  return { delivered, free: full.resolve };
}

test('many messages with large files share the memory, and each is sent once', async () => {
  const ids = [];
  for (let n = 0; n < 6; n += 1) ids.push(await write(2));
  const before = accepted().length;
  await Promise.all(ids.map((id) => fixture.deliver(id)));
  expect(most).toBe(4 * megabyte);
  expect(ids.map(howOften)).toEqual([1, 1, 1, 1, 1, 1]);
  // The memory is held until Google has the message.
  expect(acceptedByEnd.map((sum, n) => sum - before > n)).toEqual(ids.map(() => true));
});

test('a message with large files is not claimed until there is memory; a small one passes', async () => {
  const [large, small] = [await write(2), await write(1)];
  const { delivered, free } = await deliverWhileFull(large);
  await fixture.deliver(small);
  expect(await delivery(small)).toMatchObject({ state: 'sent' });
  expect(await delivery(large)).toEqual(unclaimed);
  free();
  await delivered;
  expect(await delivery(large)).toEqual({ state: 'sent', attempts: 1 });
});

test('a message that is larger than the memory is sent alone', async () => {
  const [one, other] = [await write(9), await write(2)];
  await Promise.all([fixture.deliver(one), fixture.deliver(other)]);
  expect([howOften(one), howOften(other)]).toEqual([1, 1]);
  expect(held).toBe(0);
});

test('a later answer of the conversation does not overtake one that waits', async () => {
  const conversationId = await newConversation();
  const [first, second] = [await write(2, conversationId), await write(0, conversationId)];
  const { delivered, free } = await deliverWhileFull(first);
  await fixture.deliver(second);
  expect(await delivery(second)).toEqual(unclaimed);
  free();
  await delivered;
  expect(accepted().slice(-2)).toEqual([first, second]);
});

test('a stop while a message waits leaves it unclaimed', async () => {
  const id = await write(2);
  const stop = new AbortController();
  const { delivered, free } = await deliverWhileFull(id, { signal: stop.signal });
  stop.abort();
  free();
  await delivered;
  expect(await delivery(id)).toEqual(unclaimed);
  await fixture.deliver(id);
  expect(howOften(id)).toBe(1);
});

test('one that is cancelled while it waits is not sent', async () => {
  const id = await write(2);
  const { delivered, free } = await deliverWhileFull(id);
  await fixture.read((tx) =>
    tx.sql.updateTable('delivery').set({ state: 'cancelled' }).where('messageId', '=', id).execute(),
  );
  free();
  await delivered;
  expect(howOften(id)).toBe(0);
});

test('one that Google refuses gives its memory to the next', async () => {
  await control.fault('messages.send', '400', 1);
  const ids = [await write(4), await write(4)];
  await Promise.all(ids.map((id) => fixture.deliver(id)));
  const states = await Promise.all(ids.map(async (id) => (await delivery(id)).state));
  expect(states.toSorted()).toEqual(['failed', 'sent']);
  expect(most).toBe(4 * megabyte);
});
