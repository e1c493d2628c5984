import { afterAll, beforeAll, expect, test } from 'vitest';
import { moveToCustomer } from '../customers/move-to-customer.ts';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { openConversation } from './conversation-page.ts';
import { mergeConversation, mergeTarget } from './merge-conversations.ts';
import { splitConversation } from './split-conversation.ts';
import { unmergeConversation } from './undo-merge.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());

const now = new Date();
const actor = () => ({ actorId: fixture.admin.actor.id, now });
const open = (id: string) => fixture.read((tx) => openConversation(tx, id, fixture.admin.actor.id));
const texts = async (id: string) => (await open(id))!.messages.map(({ text }) => text.trim());
const participants = (id: string) =>
  fixture.read((tx) =>
    tx.sql
      .selectFrom('participant')
      .where('conversationId', '=', id)
      .select('address')
      .orderBy('address')
      .execute(),
  );
/** Receives a new message; returns the id of its conversation. */
async function begin(subject: string, from: string, body: string, fields: Record<string, string> = {}) {
  await fixture.receive({ subject, from, body, fields });
  return (await fixture.conversationOf(subject)).id;
}

test('merges two conversations and undoes it', async () => {
  const one = await begin('One', 'Ana <ana@far.example>', 'first of one', {
    'Message-ID': '<one@far.example>',
  });
  const two = await begin('Two', 'Ben <ben@far.example>', 'first of two', {
    'Message-ID': '<two@far.example>',
  });
  const [before, with2] = [await open(two), await participants(two)];
  const { mergeId } = await fixture.read((tx) =>
    mergeConversation(tx, { fromId: two, intoId: one, ...actor() }),
  );
  expect(await open(two)).toBeNull();
  expect(await fixture.read((tx) => mergeTarget(tx, two))).toBe(one);
  expect(await texts(one)).toEqual(['first of one', 'first of two']);
  const first = (await open(one))!.messages[1]!;
  expect((await open(one))!.events).toMatchObject([
    {
      kind: 'merged',
      mergedMessages: { messages: 1, subject: 'Two', first: `${first.sentAt.toISOString()} ${first.id}` },
    },
  ]);
  // Replies to either arrive in the merged one.
  await fixture.receive({
    subject: 'Re: Two',
    from: 'Ben <ben@far.example>',
    body: 'more of two',
    fields: { 'In-Reply-To': '<two@far.example>', References: '<two@far.example>' },
  });
  expect(await texts(one)).toEqual(['first of one', 'first of two', 'more of two']);

  const undone = await fixture.read((tx) =>
    unmergeConversation(tx, { conversationId: one, mergeId, ...actor() }),
  );
  expect(undone).toEqual({ conversationId: two });
  expect(await texts(one)).toEqual(['first of one']);
  expect(await texts(two)).toEqual(['first of two', 'more of two']);
  const after = (await open(two))!;
  expect(after.conversation).toMatchObject({ subject: 'Two', status: 'open', snippet: 'more of two' });
  expect(after.customer).toEqual(before!.customer);
  expect(await participants(two)).toEqual(with2);
  expect((await open(one))!.conversation).toMatchObject({ subject: 'One', snippet: 'first of one' });
  await fixture.receive({
    subject: 'Re: Two',
    from: 'Ben <ben@far.example>',
    body: 'last of two',
    fields: { 'In-Reply-To': '<two@far.example>', References: '<two@far.example>' },
  });
  expect(await texts(two)).toEqual(['first of two', 'more of two', 'last of two']);
  await expect(
    fixture.read((tx) => unmergeConversation(tx, { conversationId: one, mergeId, ...actor() })),
  ).rejects.toMatchObject({ problem: { code: 'no-such-conversation-merge' } });
  await expect(
    fixture.read((tx) => mergeConversation(tx, { fromId: one, intoId: one, ...actor() })),
  ).rejects.toMatchObject({ problem: { code: 'same-conversation' } });
});

test('a merge reopens a done conversation and keeps all drafts', async () => {
  const { instanceId } = fixture;
  const one = await begin('Draft one', 'Ana <ana@far.example>', 'a');
  const two = await begin('Draft two', 'Ana <ana@far.example>', 'b');
  const userId = fixture.admin.actor.id;
  await fixture.change(one, { status: 'done' });
  await fixture.read((tx) =>
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
  await fixture.read((tx) => mergeConversation(tx, { fromId: two, intoId: one, ...actor() }));
  expect((await open(one))!.conversation.status).toBe('open');
  const drafts = await fixture.read((tx) =>
    tx.sql.selectFrom('draft').select(['conversationId', 'kind', 'html']).orderBy('html').execute(),
  );
  expect(drafts).toEqual([
    { conversationId: one, kind: 'note', html: 'note of two' },
    { conversationId: one, kind: 'reply', html: 'of one' },
    { conversationId: null, kind: 'new', html: 'of two' },
  ]);
});

test('splits off a message and all later ones, with their Gmail thread', async () => {
  const cite = { 'In-Reply-To': '<long@far.example>', References: '<long@far.example>' };
  const id = await begin('Long', 'Ana <ana@far.example>', 'about parcels', {
    'Message-ID': '<long@far.example>',
  });
  await fixture.receive({ subject: 'Re: Long', body: 'about invoices', fields: cite });
  const page = (await open(id))!;
  const split = (messageId: string) =>
    fixture.read((tx) => splitConversation(tx, { conversationId: id, messageId, ...actor() }));
  await expect(split(page.messages[0]!.id)).rejects.toMatchObject({ problem: { code: 'nothing-to-split' } });
  const { conversationId: other } = await split(page.messages[1]!.id);
  expect(await texts(id)).toEqual(['about parcels']);
  expect(await texts(other)).toEqual(['about invoices']);
  expect((await open(other))!.conversation).toMatchObject({ subject: 'Long', snippet: 'about invoices' });
  await fixture.receive({ subject: 'Re: Long', body: 'more about invoices', fields: cite });
  expect(await texts(other)).toEqual(['about invoices', 'more about invoices']);
  // Merging the two undoes it.
  await fixture.read((tx) => mergeConversation(tx, { fromId: other, intoId: id, ...actor() }));
  expect(await texts(id)).toEqual(['about parcels', 'about invoices', 'more about invoices']);
});

test('after a split, a reply joins the part in which it was answered', async () => {
  const first = '<parts@far.example>';
  const id = await begin('Parts', 'Ana <ana@far.example>', 'about parcels', { 'Message-ID': first });
  await fixture.receive({ subject: 'Re: Parts', body: 'about invoices', fields: { References: first } });
  const { rfcMessageId } = await fixture.answer(id, ['ana@far.example']);
  const [, second, third] = (await open(id))!.messages;
  const split = (messageId: string, conversationId = id) =>
    fixture.read((tx) => splitConversation(tx, { conversationId, messageId, ...actor() }));
  const { conversationId: invoices } = await split(second!.id);
  const { conversationId: answered } = await split(third!.id, invoices);
  const later = await fixture.answer(invoices, ['ana@far.example']);
  for (const [body, cited] of [
    ['thanks', rfcMessageId],
    ['and the invoice', later.rfcMessageId],
  ] as const) {
    await fixture.receive({ subject: 'Re: Parts', body, fields: { References: `${first} ${cited}` } });
  }
  expect((await texts(answered)).slice(1)).toEqual(['thanks']);
  expect((await texts(invoices)).at(-1)).toBe('and the invoice');
});

test('moves a conversation to another customer', async () => {
  const id = await begin('Moved', 'Ana <ana@far.example>', 'x');
  const other = await begin('Of Ben', 'Ben <ben@far.example>', 'y');
  const { customerId } = await fixture.conversation(other);
  await fixture.read((tx) => moveToCustomer(tx, { conversationId: id, to: { customerId }, ...actor() }));
  expect((await open(id))!.customer.id).toBe(customerId);
  expect((await open(id))!.events.map(({ kind }) => kind)).toEqual(['moved']);
  await expect(
    fixture.read((tx) => moveToCustomer(tx, { conversationId: id, to: { customerId: other }, ...actor() })),
  ).rejects.toMatchObject({ problem: { code: 'no-such-customer' } });
});
