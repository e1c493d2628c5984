import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addMessage } from '../../../../google-simulator/src/mail/messages.ts';
import { openConversation } from '../../conversations/conversation-page.ts';
import { mergeTarget } from '../../conversations/merge-conversations.ts';
import { recordSent } from '../../conversations/record-sent.ts';
import { unmergeConversation } from '../../conversations/undo-merge.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';

const support = 'support@acme.example';
const sales = 'sales@acme.example';
const ana = 'Ana <ana@far.example>';
const ben = 'Ben <ben@far.example>';
const eve = 'Eve <eve@else.example>';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let salesId: string;
let count = 0;
beforeAll(async () => {
  fixture = await createInboxFixture();
  salesId = await fixture.connect(fixture.admin, sales);
  await fixture.settings({ messagesPerHour: 1_000 });
});
afterAll(() => fixture?.close());
beforeEach(() => {
  count += 1;
});

const start = Date.now() - 3_600_000;
const idOf = (name: string) => `<${name}-${count}@far.example>`;
const subjectOf = (name: string) => `${name} ${count}`;
type Given = { name: string; from: string; cites?: string[]; cc?: string; minute: number; account?: string };
/** A message in a Gmail thread of its own, as it is where subjects differ. */
function put({ name, from, cites = [], cc = '', minute, account = support }: Given) {
  const head = [
    `From: ${from}`,
    `To: ${account}`,
    `Cc: ${cc}`,
    `Subject: ${subjectOf(name)}`,
    `Message-ID: ${idOf(name)}`,
    `References: ${cites.map(idOf).join(' ')}`,
  ].filter((line) => !/: $/.test(line));
  const raw = Buffer.from(`${head.join('\r\n')}\r\n\r\n${name}\r\n`);
  addMessage(fixture.google.simulator, account, {
    raw,
    labels: ['INBOX'],
    internalDate: start + minute * 60_000,
  });
}
const conversationOf = (name: string) => fixture.conversationOf(subjectOf(name));
const stored = async (name: string) => only(await fixture.messages(subjectOf(name)));
const page = async (id: string) =>
  (await fixture.read((tx) => openConversation(tx, id, fixture.admin.browser.userId)))!;

const question: Given = { name: 'question', from: ana, cc: ben, minute: 1 };
const answer: Given = { name: 'answer', from: ben, cites: ['question'], minute: 2 };
const outsider: Given = { name: 'outsider', from: eve, cites: ['question', 'answer'], minute: 3 };
const more: Given = { name: 'more', from: ana, cites: ['question', 'answer'], minute: 4 };

const orders = [
  [question, answer, outsider, more],
  [more, outsider, answer, question],
  [outsider, question, more, answer],
  [answer, more, question, outsider],
  [outsider, more, answer, question],
];
test.each([
  ['one by one', true],
  ['in one batch', false],
] as const)('messages in any order become the same conversation, %s', async (_, oneByOne) => {
  for (const order of orders) {
    count += 1;
    for (const given of order) {
      put(given);
      if (oneByOne) await fixture.sync();
    }
    await fixture.sync();
    const { id, customerId } = await conversationOf('question');
    const { conversation, customer, messages } = await page(id);
    const all = messages.map(({ text, fromNewParticipant }) => [text.trim(), fromNewParticipant]);
    expect(all).toEqual([
      ['question', false],
      ['answer', false],
      ['outsider', true],
      ['more', false],
    ]);
    expect(conversation).toMatchObject({ subject: subjectOf('question'), status: 'open' });
    expect(customer).toMatchObject({ id: customerId, addresses: ['ana@far.example'] });
    expect((await fixture.defaults(id)).to).toEqual([{ name: 'Ana', address: 'ana@far.example' }]);
  }
});

test('an answer that another mailbox received first joins, assigned and linked as before', async () => {
  put({ ...answer, account: sales });
  await fixture.sync(salesId);
  const before = await conversationOf('answer');
  const { userId } = fixture.admin.browser;
  await fixture.read((tx) =>
    tx.sql.updateTable('conversation').set({ assigneeId: userId }).where('id', '=', before.id).execute(),
  );
  put(question);
  await fixture.sync();
  const after = await conversationOf('question');
  expect((await stored('answer')).conversationId).toBe(after.id);
  expect(after).toMatchObject({ assigneeId: userId, otherMailboxIds: [salesId] });
  expect(await fixture.read((tx) => mergeTarget(tx, before.id))).toBe(after.id);

  const merged = (await page(after.id)).events.find(({ kind }) => kind === 'merged')!;
  expect(merged.actor).toBe(null);
  const undo = {
    conversationId: after.id,
    mergeId: merged.otherId!,
    actorId: userId,
    now: new Date(),
  };
  await fixture.read((tx) => unmergeConversation(tx, undo));
  expect((await stored('answer')).conversationId).toBe(before.id);
});

test('an answer joins our message when its Sent copy comes', async () => {
  await fixture.receive({ subject: subjectOf('topic'), from: ana });
  const { id } = await conversationOf('topic');
  const messageId = await fixture.write(id, ['ana@far.example']);
  put({ name: 'reply', from: ana, cites: ['sent'], minute: 80, account: sales });
  await fixture.sync(salesId);
  expect((await stored('reply')).conversationId).not.toBe(id);
  const copy = {
    mailboxId: fixture.mailboxId,
    gmailId: `sent-${count}`,
    gmailThreadId: `sent-${count}`,
    rfcMessageId: idOf('sent'),
    inReplyTo: null,
    references: [],
    from: { name: 'Acme', address: support },
    internalDate: new Date(),
  };
  await fixture.read((tx) => recordSent(tx, messageId, copy));
  expect(await stored('reply')).toMatchObject({ conversationId: id, fromNewParticipant: false });
});

test('an automatic reply that came first does not reopen', async () => {
  put(question);
  await fixture.sync();
  const { id } = await conversationOf('question');
  await fixture.change(id, { status: 'done' });
  await fixture.receive({
    subject: subjectOf('away'),
    fields: { 'Auto-Submitted': 'auto-replied', 'In-Reply-To': idOf('answer'), 'Message-ID': idOf('away') },
  });
  const ours = { ...answer, from: `Support <${support}>` };
  const raw = `From: ${ours.from}\r\nTo: ${ana}\r\nSubject: ${subjectOf('answer')}\r\nMessage-ID: ${idOf('answer')}\r\nReferences: ${idOf('question')}\r\n\r\nanswer\r\n`;
  addMessage(fixture.google.simulator, support, { raw: Buffer.from(raw), labels: ['SENT'] });
  await fixture.sync();
  expect((await stored('away')).conversationId).toBe(id);
  expect((await fixture.conversation(id)).status).toBe('done');
});

test('who sends a message with a cited id later does not take the conversation over', async () => {
  put({ ...answer, minute: -2_000 });
  await fixture.sync();
  put({ ...question, from: eve });
  await fixture.sync();
  expect((await stored('answer')).conversationId).not.toBe((await stored('question')).conversationId);
});
