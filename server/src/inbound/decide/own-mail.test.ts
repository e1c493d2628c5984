import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Authentication } from '../../../../google-simulator/src/mail/authentication-results.ts';
import { addMessage } from '../../../../google-simulator/src/mail/messages.ts';
import { countViews } from '../../conversations/count-views.ts';
import { listConversations } from '../../conversations/list-conversations.ts';
import { mergeConversation } from '../../conversations/merge-conversations.ts';
import { unmergeConversation } from '../../conversations/undo-merge.ts';
import { updatePreferences } from '../../notifications/preferences.ts';
import { search } from '../../search/search.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';

const support = 'support@acme.example';
const sales = 'sales@acme.example';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let salesId: string;
let userId: string;
let count = 0;
let subject: string;
beforeAll(async () => {
  fixture = await createInboxFixture();
  salesId = await fixture.connect(fixture.admin, sales);
  userId = fixture.admin.browser.userId;
  await fixture.read((tx) => updatePreferences(tx, userId, { unassigned: 'app' }));
});
afterAll(() => fixture?.close());
beforeEach(() => {
  count += 1;
  subject = `Subject ${count}`;
});

const listed = async (mailboxId: string) => {
  const query = { view: 'open' as const, userId, mailboxId, limit: 50 };
  return (await fixture.read((tx) => listConversations(tx, query))).conversations;
};
const found = async (mailbox: string) => {
  const query = { text: `"${subject}" mailbox:${mailbox}`, userId, timeZone: 'UTC', limit: 50 };
  return (await fixture.read((tx) => search(tx, query))).conversations.map(({ id }) => id);
};
const openIn = async (mailboxId: string) =>
  (await fixture.read((tx) => countViews(tx, userId))).mailboxes.find((one) => one.mailboxId === mailboxId)!
    .open;
const isListedIn = async (mailboxId: string, id: string) =>
  (await listed(mailboxId)).some((one) => one.id === id);
const notified = (conversationId: string) =>
  fixture
    .read((tx) => tx.sql.selectFrom('notification').select('data').execute())
    .then((all) =>
      all.filter(({ data }) => (data as { conversationId?: string }).conversationId === conversationId),
    );
/** A message that an account sent, as it is stored in one mailbox. */
function put(account: string, labels: string[], to: string, fields = '') {
  const raw = `From: Support <${support}>\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <own-${count}@mail.gmail.com>\r\n${fields}\r\nHello\r\n`;
  addMessage(fixture.google.simulator, account, { raw: Buffer.from(raw), labels });
}

test('a form that sends through our own account waits, unread, and people are told', async () => {
  put(support, ['SENT', 'INBOX', 'UNREAD'], support, 'Reply-To: Kim <kim@far.example>\r\n');
  await fixture.sync();
  const { id } = await fixture.conversationOf(subject);
  expect((await listed(fixture.mailboxId)).find((one) => one.id === id)).toMatchObject({
    status: 'open',
    lastDirection: 'inbound',
    unread: true,
    waitingSince: expect.any(Date),
  });
  expect((await notified(id)).length).toBe(1);
});

test('what an agent sends from Gmail with a copy to us is outbound', async () => {
  put(support, ['SENT', 'INBOX'], 'Kim <kim@far.example>', `Cc: ${support}\r\n`);
  await fixture.sync();
  expect(only(await fixture.messages(subject)).direction).toBe('outbound');
});

test('what a colleague without a user answers, with a copy to us, is our answer', async () => {
  const from = 'Joan <joan@acme.example>';
  const answer = (authentication?: Authentication) =>
    fixture.receive({
      from,
      to: [support],
      headerTo: 'Ana <ana@far.example>',
      subject: `Re: ${subject}`,
      fields: { Cc: support, 'In-Reply-To': `<asked-${count}@far.example>` },
      authentication,
    });
  await fixture.receive({ subject, fields: { 'Message-ID': `<asked-${count}@far.example>` } });
  const { id } = await fixture.conversationOf(subject);
  await fixture.change(id, { status: 'done', doneAt: new Date() });
  await answer();
  expect(await fixture.conversation(id)).toMatchObject({ status: 'done', lastDirection: 'outbound' });
  expect(only(await fixture.messages(`Re: ${subject}`))).toMatchObject({
    conversationId: id,
    direction: 'outbound',
    fromNewParticipant: false,
  });
  expect((await fixture.defaults(id)).to.map(({ address }) => address)).toEqual(['ana@far.example']);

  // Whoever only claims to be a colleague answers nobody.
  await answer({ dkim: 'none', spf: 'none', dmarc: 'none' });
  expect(await fixture.conversation(id)).toMatchObject({ status: 'open', lastDirection: 'inbound' });
});

test.each([
  ['theirs first', () => [fixture.mailboxId, salesId]],
  ['ours first', () => [salesId, fixture.mailboxId]],
] as const)(
  'mail to two mailboxes is listed in both, answered from the first named: %s',
  async (_, order) => {
    fixture.send({ to: [sales, support], subject, fields: { 'Message-ID': `<both-${count}@far.example>` } });
    const before = await Promise.all([openIn(fixture.mailboxId), openIn(salesId)]);
    for (const mailboxId of order()) await fixture.sync(mailboxId);
    const { id } = await fixture.conversationOf(subject);
    for (const [index, mailboxId] of [fixture.mailboxId, salesId].entries()) {
      expect(await isListedIn(mailboxId, id)).toBe(true);
      expect(await openIn(mailboxId)).toBe(before[index]! + 1);
    }
    expect(await found('support')).toEqual([id]);
    expect(await found('sales')).toEqual([id]);
    expect((await fixture.defaults(id)).mailboxId).toBe(salesId);
  },
);

test.each([
  ['read by the sender first', () => [fixture.mailboxId, salesId]],
  ['read by the other first', () => [salesId, fixture.mailboxId]],
] as const)('what one mailbox writes to another is listed in both: %s', async (_, order) => {
  put(support, ['SENT'], sales);
  put(sales, ['INBOX'], sales);
  for (const mailboxId of order()) await fixture.sync(mailboxId);
  const message = only(await fixture.messages(subject));
  expect(message.direction).toBe('inbound');
  expect(await isListedIn(fixture.mailboxId, message.conversationId)).toBe(true);
  const row = (await listed(salesId)).find(({ id }) => id === message.conversationId);
  expect(row).toMatchObject({ unread: true, waitingSince: expect.any(Date) });
  expect((await fixture.defaults(message.conversationId)).mailboxId).toBe(salesId);
});

test.each([
  ['read by the sender first', () => [fixture.mailboxId, salesId]],
  ['read by the copied one first', () => [salesId, fixture.mailboxId]],
] as const)('what we write to a customer with a copy to another mailbox is ours: %s', async (_, order) => {
  for (const [account, labels] of [
    [support, ['SENT']],
    [sales, ['INBOX']],
  ] as const) {
    put(account, [...labels], 'Kim <kim@far.example>', `Cc: ${sales}\r\n`);
  }
  for (const mailboxId of order()) await fixture.sync(mailboxId);
  expect(only(await fixture.messages(subject)).direction).toBe('outbound');
});

test('the first mailbox named is known by a domain alias and with a tag', async () => {
  const alias = { instanceId: fixture.instanceId, address: '@acme.test', kind: 'named' as const };
  await fixture.read((tx) => tx.sql.insertInto('ownAddress').values(alias).execute());
  fixture.send({ headerTo: 'Sales+web@acme.test, support@acme.example', subject });
  await fixture.sync();
  const { id } = await fixture.conversationOf(subject);
  expect((await fixture.defaults(id)).mailboxId).toBe(salesId);
});

test('a conversation is listed in the mailbox that answered it, and in those of what is merged', async () => {
  await fixture.receive({ subject });
  const { id } = await fixture.conversationOf(subject);
  fixture.send({ to: [sales], subject: `Other ${count}` });
  await fixture.sync(salesId);
  const other = await fixture.conversationOf(`Other ${count}`);
  expect(await isListedIn(salesId, id)).toBe(false);
  const now = new Date();
  const { mergeId } = await fixture.read((tx) =>
    mergeConversation(tx, { fromId: other.id, intoId: id, actorId: userId, now }),
  );
  expect(await isListedIn(salesId, id)).toBe(true);
  await fixture.read((tx) => unmergeConversation(tx, { conversationId: id, mergeId, actorId: userId, now }));
  expect(await isListedIn(salesId, id)).toBe(false);
  await fixture.answer(id, ['ana@far.example'], salesId);
  expect(await isListedIn(salesId, id)).toBe(true);
});
