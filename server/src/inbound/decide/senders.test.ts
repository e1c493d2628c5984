import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addMessage } from '../../../../google-simulator/src/mail/messages.ts';
import { openConversation } from '../../conversations/conversation-page.ts';
import { nameOwnAddress, otherAddresses } from '../../mailboxes/other-addresses.ts';
import { keepFormerAddress } from '../../mailboxes/own-addresses.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';

const support = 'support@acme.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let count = 0;
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(() => fixture?.close());
beforeEach(() => {
  count += 1;
});

/** A message with exactly these fields, as Gmail stores it; returns it as it is stored here. */
async function receive(fields: Record<string, string>, threadId: string | null = null) {
  const subject = `Message ${count}.${Math.random()}`;
  const all = { To: support, ...fields, Subject: subject };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const raw = Buffer.from(`${head.join('')}\r\nHello\r\n`);
  const { threadId: thread } = addMessage(fixture.google.simulator, support, {
    raw,
    labels: ['INBOX', 'UNREAD'],
    threadId,
  });
  await fixture.sync();
  const [message] = await fixture.messages(subject);
  return { ...message!, thread };
}
/** What a web form of the domain shop.example sends for somebody; Gmail found From to be true. */
const form = (replyTo: string, domain = 'shop.example') => ({
  'Authentication-Results': `mx.google.com; dmarc=pass (p=NONE) header.from=${domain}`,
  From: `Shop <noreply@${domain}>`,
  'Reply-To': replyTo,
});
const open = async (id: string) =>
  (await fixture.read((tx) => openConversation(tx, id, fixture.admin.browser.userId)))!;
const customerOf = async (id: string) => {
  const { customer } = await open(id);
  return { name: customer.name, addresses: customer.addresses };
};
const recipients = async (id: string, all = false) => {
  const { to, cc } = await fixture.defaults(id, all);
  return [to, cc].map((people) => people.map(({ address }) => address));
};

test('forms of different people in one Gmail thread are different conversations', async () => {
  const [max, lee] = [`max${count}@far.example`, `lee${count}@else.example`];
  const first = await receive({ ...form(`Max <${max}>`), 'Message-ID': `<form-${count}@shop.example>` });
  const second = await receive(
    { ...form(`Lee <${lee}>`), 'In-Reply-To': `<form-${count}@shop.example>` },
    first.thread,
  );
  expect(second.conversationId).not.toBe(first.conversationId);
  expect(await customerOf(first.conversationId)).toEqual({ name: 'Max', addresses: [max] });
  expect(await customerOf(second.conversationId)).toEqual({ name: 'Lee', addresses: [lee] });
  expect(await recipients(first.conversationId)).toEqual([[max], []]);
  expect(await recipients(second.conversationId)).toEqual([[lee], []]);

  // Whoever writes again, with the form or without it, comes back to their own conversation.
  const again = await receive(form(max), first.thread);
  expect(again.conversationId).toBe(first.conversationId);
  const answer = await fixture.answer(second.conversationId, [lee]);
  for (const [address, { conversationId }] of [
    [lee, second],
    [max, first],
  ] as const) {
    const written = await receive({ From: `<${address}>`, 'In-Reply-To': answer.rfcMessageId }, first.thread);
    expect(written).toMatchObject({ conversationId, fromNewParticipant: false });
  }
  // Somebody else continues what they cite, and is marked.
  const other = await receive({ From: '<eva@x.example>', 'In-Reply-To': answer.rfcMessageId }, first.thread);
  expect(other).toMatchObject({ conversationId: second.conversationId, fromNewParticipant: true });
});

test('a form joins by citing a message that its writer received, and by no other', async () => {
  const [ana, kim] = [`ana${count}@far.example`, `kim${count}@far.example`];
  const opening = await receive({ From: `Ana <${ana}>`, 'Message-ID': `<ana-${count}@far.example>` });
  const answer = await fixture.answer(opening.conversationId, [ana]);
  const cites = (id: string) => ({ References: id });
  const known = await receive({ ...form(ana), ...cites(answer.rfcMessageId) });
  // The form itself is new there, so its claim is marked.
  expect(known).toMatchObject({ conversationId: opening.conversationId, fromNewParticipant: true });
  for (const fields of [
    { ...form(ana), ...cites(`<ana-${count}@far.example>`) },
    { ...form(kim), ...cites(answer.rfcMessageId) },
  ]) {
    expect((await receive(fields)).conversationId).not.toBe(opening.conversationId);
  }
});

test('nobody becomes somebody else’s customer by a Reply-To that is not verified', async () => {
  const ana = `ana${count}@far.example`;
  const forged = await receive({ From: `Shop <noreply@shop${count}.example>`, 'Reply-To': ana });
  expect(await customerOf(forged.conversationId)).toEqual({
    name: 'Shop',
    addresses: [`noreply@shop${count}.example`],
  });
  expect(await fixture.defaults(forged.conversationId)).toMatchObject({
    to: [{ address: `noreply@shop${count}.example` }],
    ignoredReplyTo: [{ name: '', address: ana }],
  });
});

test('forms that are not verified are told apart by their Reply-To', async () => {
  const unverified = (replyTo: string) => ({
    From: `Shop <noreply@plain${count}.example>`,
    'Reply-To': replyTo,
  });
  const first = await receive(unverified('max@far.example'));
  const second = await receive(unverified('lee@far.example'), first.thread);
  const again = await receive(unverified('max@far.example'), first.thread);
  expect(second.conversationId).not.toBe(first.conversationId);
  expect(again.conversationId).toBe(first.conversationId);
  expect((await open(second.conversationId)).customer.id).toBe(
    (await open(first.conversationId)).customer.id,
  );
});

test.each([
  ['verified', 'mx.google.com; dmarc=pass header.from=acme.example'],
  ['not verified', 'mx.google.com; spf=none'],
])('visitors who write by our web site under one address are told apart: %s', async (_, verdict) => {
  const website = (name: string) => ({
    'Authentication-Results': verdict,
    From: 'Acme web site <info@acme.example>',
    'Reply-To': `${name} <${name}${count}@far.example>`,
  });
  const first = await receive(website('max'));
  const second = await receive(website('lee'), first.thread);
  expect(second.conversationId).not.toBe(first.conversationId);
  expect(await recipients(first.conversationId)).toEqual([[`max${count}@far.example`], []]);
  expect(await recipients(second.conversationId)).toEqual([[`lee${count}@far.example`], []]);
});

test('senders without an address are customers by their names', async () => {
  const scanner = await receive({ From: `Scanner ${count}` });
  const alarm = await receive({ From: `"Alarm ${count}" <>` });
  const again = await receive({ From: `Scanner ${count}` });
  expect(await customerOf(scanner.conversationId)).toEqual({ name: `Scanner ${count}`, addresses: [] });
  expect(await customerOf(alarm.conversationId)).toEqual({ name: `Alarm ${count}`, addresses: [] });
  expect((await open(again.conversationId)).customer.id).toBe(
    (await open(scanner.conversationId)).customer.id,
  );
  const nameless = [await receive({}), await receive({})];
  const ids = await Promise.all(
    nameless.map(async ({ conversationId }) => (await open(conversationId)).customer.id),
  );
  expect(new Set(ids).size).toBe(2);
  expect((await customerOf(nameless[0]!.conversationId)).name).toBe('Unknown sender');
  expect(await recipients(scanner.conversationId)).toEqual([[], []]);
});

test('a reply goes to all authors', async () => {
  const { conversationId } = await receive({
    From: 'Pat <pat@far.example>, Sam <sam@far.example>',
    Sender: 'pat@far.example',
    Cc: 'Tom <tom@else.example>',
  });
  expect(await recipients(conversationId, true)).toEqual([
    ['pat@far.example', 'sam@far.example'],
    ['tom@else.example'],
  ]);
});

test('a reply goes to the person behind a group, not to the group', async () => {
  const { conversationId } = await receive({
    From: "'Gus' via Team <team@acme.example>",
    To: 'team@acme.example',
    'Reply-To': 'team@acme.example',
    'X-Original-Sender': 'gus@far.example',
    'X-Google-Group-Id': '104577293377',
    'List-ID': '<team.acme.example>',
  });
  expect(await recipients(conversationId, true)).toEqual([['gus@far.example'], []]);
});

test('what is ours is not answered: aliases, plus forms, former and named addresses', async () => {
  await fixture.read(async (tx) => {
    await keepFormerAddress(tx, 'Hello@Acme.example');
    await tx.sql
      .insertInto('ownAddress')
      .values([
        { instanceId: tx.instanceId, address: '@acme-alias.example', kind: 'named' },
        { instanceId: tx.instanceId, address: 'team@groups.example', kind: 'named' },
      ])
      .execute();
  });
  const { conversationId } = await receive({
    From: 'Ria <ria@far.example>',
    To: 'support+shop@acme.example, hello@acme.example, team@groups.example',
    Cc: 'Tom <tom@else.example>, SUPPORT@acme-alias.example, sup.port@acme.example',
    'Reply-To': 'team@groups.example',
  });
  expect(await recipients(conversationId, true)).toEqual([
    ['ria@far.example'],
    ['tom@else.example', 'sup.port@acme.example'],
  ]);
});

test('addresses by which mail came are offered until an admin names them', async () => {
  const offered = async () => (await fixture.read(otherAddresses)).offered.map(({ address }) => address);
  await receive({ To: 'undisclosed-recipients:;', 'X-Original-To': 'sales@brand.example' });
  expect(await offered()).toContain('sales@brand.example');
  await fixture.read((tx) => nameOwnAddress(tx, 'Sales@brand.example', fixture.admin.actor));
  expect(await offered()).not.toContain('sales@brand.example');
});
