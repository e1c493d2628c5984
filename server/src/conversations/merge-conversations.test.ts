import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import {
  mergeConversation,
  mergeTarget,
  moveToCustomer,
  splitConversation,
  unmergeConversation,
} from './merge-conversations.ts';
import { openConversation } from './timeline.ts';

let bench: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  bench = await createInboxFixture();
});
afterAll(() => bench?.close());

const now = new Date();
const by = () => ({ actorId: bench.admin.actor.id, now });
const open = (id: string) => bench.read((tx) => openConversation(tx, id, bench.admin.actor.id));
const texts = async (id: string) => (await open(id))!.messages.map(({ text }) => text.trim());
const participants = (id: string) =>
  bench.read((tx) =>
    tx.sql
      .selectFrom('participant')
      .where('conversationId', '=', id)
      .select('address')
      .orderBy('address')
      .execute(),
  );
/** Somebody writes in; answers the conversation's id. */
async function begin(subject: string, from: string, body: string, fields: Record<string, string> = {}) {
  await bench.receive({ subject, from, body, fields });
  return (await bench.conversationOf(subject)).id;
}

test('two conversations become one, go on as one, and come apart again', async () => {
  const one = await begin('One', 'Ana <ana@far.example>', 'first of one', {
    'Message-ID': '<one@far.example>',
  });
  const two = await begin('Two', 'Ben <ben@far.example>', 'first of two', {
    'Message-ID': '<two@far.example>',
  });
  const [before, with2] = [await open(two), await participants(two)];
  const { mergeId } = await bench.read((tx) => mergeConversation(tx, { fromId: two, intoId: one, ...by() }));
  expect(await open(two)).toBeNull();
  expect(await bench.read((tx) => mergeTarget(tx, two))).toBe(one);
  expect(await texts(one)).toEqual(['first of one', 'first of two']);
  const first = (await open(one))!.messages[1]!;
  expect((await open(one))!.events).toMatchObject([
    {
      kind: 'merged',
      cameIn: { messages: 1, subject: 'Two', first: `${first.sentAt.toISOString()} ${first.id}` },
    },
  ]);
  // An answer to either comes here.
  await bench.receive({
    subject: 'Re: Two',
    from: 'Ben <ben@far.example>',
    body: 'more of two',
    fields: { 'In-Reply-To': '<two@far.example>', References: '<two@far.example>' },
  });
  expect(await texts(one)).toEqual(['first of one', 'first of two', 'more of two']);

  const parted = await bench.read((tx) => unmergeConversation(tx, { conversationId: one, mergeId, ...by() }));
  expect(parted).toEqual({ conversationId: two });
  expect(await texts(one)).toEqual(['first of one']);
  expect(await texts(two)).toEqual(['first of two', 'more of two']);
  const after = (await open(two))!;
  expect(after.conversation).toMatchObject({ subject: 'Two', status: 'open', snippet: 'more of two' });
  expect(after.customer).toEqual(before!.customer);
  expect(await participants(two)).toEqual(with2);
  expect((await open(one))!.conversation).toMatchObject({ subject: 'One', snippet: 'first of one' });
  await bench.receive({
    subject: 'Re: Two',
    from: 'Ben <ben@far.example>',
    body: 'last of two',
    fields: { 'In-Reply-To': '<two@far.example>', References: '<two@far.example>' },
  });
  expect(await texts(two)).toEqual(['first of two', 'more of two', 'last of two']);
  await expect(
    bench.read((tx) => unmergeConversation(tx, { conversationId: one, mergeId, ...by() })),
  ).rejects.toMatchObject({ refusal: { code: 'no-such-merge' } });
  await expect(
    bench.read((tx) => mergeConversation(tx, { fromId: one, intoId: one, ...by() })),
  ).rejects.toMatchObject({ refusal: { code: 'same-conversation' } });
});

test('what was merged opens an answered conversation again, and keeps both people’s drafts', async () => {
  const { instanceId } = bench;
  const one = await begin('Draft one', 'Ana <ana@far.example>', 'a');
  const two = await begin('Draft two', 'Ana <ana@far.example>', 'b');
  const userId = bench.admin.actor.id;
  await bench.change(one, { status: 'done' });
  await bench.read((tx) =>
    tx.sql
      .insertInto('draft')
      .values([
        { instanceId, id: crypto.randomUUID(), userId, conversationId: one, kind: 'reply', html: 'of one' },
        { instanceId, id: crypto.randomUUID(), userId, conversationId: two, kind: 'reply', html: 'of two' },
        {
          instanceId,
          id: crypto.randomUUID(),
          userId,
          conversationId: two,
          kind: 'note',
          html: 'note of two',
        },
      ])
      .execute(),
  );
  await bench.read((tx) => mergeConversation(tx, { fromId: two, intoId: one, ...by() }));
  expect((await open(one))!.conversation.status).toBe('open');
  const drafts = await bench.read((tx) =>
    tx.sql.selectFrom('draft').select(['conversationId', 'kind', 'html']).orderBy('html').execute(),
  );
  expect(drafts).toEqual([
    { conversationId: one, kind: 'note', html: 'note of two' },
    { conversationId: one, kind: 'reply', html: 'of one' },
    { conversationId: null, kind: 'new', html: 'of two' },
  ]);
});

test('a message and those after it become a conversation of their own, and its thread goes on there', async () => {
  const cite = { 'In-Reply-To': '<long@far.example>', References: '<long@far.example>' };
  const id = await begin('Long', 'Ana <ana@far.example>', 'about parcels', {
    'Message-ID': '<long@far.example>',
  });
  await bench.receive({ subject: 'Re: Long', body: 'about invoices', fields: cite });
  const page = (await open(id))!;
  const split = (messageId: string) =>
    bench.read((tx) => splitConversation(tx, { conversationId: id, messageId, ...by() }));
  await expect(split(page.messages[0]!.id)).rejects.toMatchObject({ refusal: { code: 'nothing-to-split' } });
  const { conversationId: other } = await split(page.messages[1]!.id);
  expect(await texts(id)).toEqual(['about parcels']);
  expect(await texts(other)).toEqual(['about invoices']);
  expect((await open(other))!.conversation).toMatchObject({ subject: 'Long', snippet: 'about invoices' });
  await bench.receive({ subject: 'Re: Long', body: 'more about invoices', fields: cite });
  expect(await texts(other)).toEqual(['about invoices', 'more about invoices']);
  // Merging the two undoes it.
  await bench.read((tx) => mergeConversation(tx, { fromId: other, intoId: id, ...by() }));
  expect(await texts(id)).toEqual(['about parcels', 'about invoices', 'more about invoices']);
});

test('a conversation is moved to another customer', async () => {
  const id = await begin('Moved', 'Ana <ana@far.example>', 'x');
  const other = await begin('Of Ben', 'Ben <ben@far.example>', 'y');
  const { customerId } = await bench.conversation(other);
  await bench.read((tx) => moveToCustomer(tx, { conversationId: id, customerId, ...by() }));
  expect((await open(id))!.customer.id).toBe(customerId);
  expect((await open(id))!.events.map(({ kind }) => kind)).toEqual(['moved']);
  await expect(
    bench.read((tx) => moveToCustomer(tx, { conversationId: id, customerId: other, ...by() })),
  ).rejects.toMatchObject({ refusal: { code: 'no-such-customer' } });
});
