import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addMessage } from '../../../../google-simulator/src/mail/messages.ts';
import { recordConversationEvent } from '../../conversations/conversation-events.ts';
import { mergeTarget } from '../../conversations/merge-conversations.ts';
import { unmergeConversation } from '../../conversations/undo-merge.ts';
import { createInboxFixture } from '../../testing/inbox-fixture.ts';
import { only } from '../../testing/mail-flow-fixture.ts';

const support = 'support@acme.example';
const sales = 'sales@acme.example';

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
const personOf = (name: string) => `${name} <${name}-${count}@far.example>`;
const subjectOf = (name: string) => `${name} ${count}`;
type Given = { name: string; from?: string; cites?: string; cc?: string; minute: number };
/** A message in one mailbox or more, in the Gmail threads given: by default one of its own. */
function put({ name, from = 'ana', cites, cc, minute }: Given, copies: Record<string, string | null>) {
  const head = {
    From: personOf(from),
    To: Object.keys(copies).join(', '),
    ...(cc && { Cc: personOf(cc) }),
    Subject: subjectOf(name),
    'Message-ID': `<${name}-${count}@far.example>`,
    ...(cites && { References: `<${cites}-${count}@far.example>` }),
  };
  const lines = Object.entries(head).map(([field, value]) => `${field}: ${value}\r\n`);
  const raw = Buffer.from(`${lines.join('')}\r\n${name}\r\n`);
  const internalDate = start + minute * 60_000;
  return Object.entries(copies).map(
    ([account, threadId]) =>
      addMessage(fixture.google.simulator, account, { raw, labels: ['INBOX'], internalDate, threadId })
        .threadId,
  );
}
const stored = async (name: string) => only(await fixture.messages(subjectOf(name)));
const conversationIdOf = async (name: string) => (await stored(name)).conversationId;

/** A question in one mailbox, and one without References in its thread, which another mailbox receives too and reads first. */
function putQuestions() {
  const [thread] = put({ name: 'question', minute: 1 }, { [support]: null });
  const [, salesThread] = put({ name: 'another', minute: 2 }, { [support]: thread!, [sales]: null });
  return { thread: thread!, salesThread: salesThread! };
}

test('a message in a thread that the mailbox read later knows joins its conversation', async () => {
  const { thread, salesThread } = putQuestions();
  put({ name: 'third', minute: 3 }, { [sales]: salesThread });
  await fixture.sync(salesId);
  const apartId = await conversationIdOf('another');
  put({ name: 'fourth', minute: 4 }, { [support]: thread });
  await fixture.sync();
  const id = await conversationIdOf('question');
  expect(await conversationIdOf('another')).toBe(id);
  expect(await conversationIdOf('third')).toBe(id);
  expect(await conversationIdOf('fourth')).toBe(id);
  expect(await fixture.conversation(id)).toMatchObject({ otherMailboxIds: [salesId], status: 'open' });
  expect(await fixture.read((tx) => mergeTarget(tx, apartId))).toBe(id);

  put({ name: 'fifth', minute: 5 }, { [sales]: salesThread });
  await fixture.sync(salesId);
  expect(await conversationIdOf('fifth')).toBe(id);
});

test('it joins one that was stored before, and the merge can be undone', async () => {
  const [thread] = put({ name: 'question', minute: 1 }, { [support]: null });
  await fixture.sync();
  const id = await conversationIdOf('question');
  await fixture.change(id, { status: 'done' });
  put({ name: 'another', minute: 2 }, { [support]: thread!, [sales]: null });
  await fixture.sync(salesId);
  const apartId = await conversationIdOf('another');
  await fixture.sync();
  expect(await conversationIdOf('another')).toBe(id);
  expect((await fixture.conversation(id)).status).toBe('open');

  const { id: mergeId } = await fixture.read((tx) =>
    tx.sql
      .selectFrom('conversationMerge')
      .where('formerId', '=', apartId)
      .select('id')
      .executeTakeFirstOrThrow(),
  );
  const { userId } = fixture.admin.browser;
  await fixture.read((tx) =>
    unmergeConversation(tx, { conversationId: id, mergeId, actorId: userId, now: new Date() }),
  );
  expect(await conversationIdOf('another')).toBe(apartId);
});

test('with two-way sync, a message that joins in the same batch is known to be in the inbox', async () => {
  const setTwoWay = (twoWay: boolean) =>
    fixture.read((tx) =>
      tx.sql.updateTable('mailbox').set({ twoWay }).where('id', '=', fixture.mailboxId).execute(),
    );
  await setTwoWay(true);
  const { thread } = putQuestions();
  await fixture.sync(salesId);
  put({ name: 'third', minute: 3 }, { [support]: thread });
  await fixture.sync();
  await setTwoWay(false);
  const [question, third] = [await stored('question'), await stored('third')];
  expect(third.conversationId).toBe(question.conversationId);
  // In one transaction.
  expect(third.createdAt).toEqual(question.createdAt);
});

const set = (id: string, values: { assigneeId: string } | { version: number }) =>
  fixture.read((tx) => tx.sql.updateTable('conversation').set(values).where('id', '=', id).execute());
async function tag(conversationId: string) {
  const { instanceId } = fixture;
  const tagId = uuid();
  await fixture.read(async (tx) => {
    await tx.sql.insertInto('tag').values({ instanceId, id: tagId, name: 'Urgent', color: 'red' }).execute();
    await tx.sql.insertInto('conversationTag').values({ instanceId, conversationId, tagId }).execute();
  });
}
function draft(conversationId: string) {
  const { instanceId, mailboxId } = fixture;
  const { userId } = fixture.admin.browser;
  const values = { instanceId, id: uuid(), userId, conversationId, mailboxId, kind: 'reply' as const };
  return fixture.read((tx) => tx.sql.insertInto('draft').values(values).execute());
}
const snoozeAndOpen = (conversationId: string) =>
  fixture.read((tx) =>
    recordConversationEvent(tx, { conversationId, kind: 'unsnoozed', actorId: null, at: new Date() }),
  );
test.each([
  ['is assigned', (id: string) => set(id, { assigneeId: fixture.admin.browser.userId })],
  ['was changed', (id: string) => set(id, { version: 2 })],
  ['was answered', (id: string) => fixture.write(id, [`ana-${count}@far.example`])],
  ['is being answered', draft],
  ['has a tag', tag],
  ['was snoozed', snoozeAndOpen],
  ['is done', (id: string) => fixture.change(id, { status: 'done' })],
] as const)('one that %s stays', async (_, touch) => {
  putQuestions();
  await fixture.sync(salesId);
  const apartId = await conversationIdOf('another');
  await touch(apartId);
  await fixture.sync();
  expect(await conversationIdOf('another')).toBe(apartId);
  expect(await conversationIdOf('question')).not.toBe(apartId);
});

test('one of another customer stays', async () => {
  const [thread] = put({ name: 'question', minute: 1 }, { [support]: null });
  put({ name: 'another', from: 'ben', minute: 2 }, { [support]: thread!, [sales]: null });
  await fixture.sync(salesId);
  await fixture.sync();
  expect(await conversationIdOf('another')).not.toBe(await conversationIdOf('question'));
});

test('one that an earlier message opened stays', async () => {
  const [salesThread] = put({ name: 'earlier', minute: 1 }, { [sales]: null });
  const [thread] = put({ name: 'question', minute: 0 }, { [support]: null });
  put({ name: 'another', minute: 2 }, { [support]: thread!, [sales]: salesThread! });
  await fixture.sync(salesId);
  await fixture.sync();
  expect(await conversationIdOf('another')).toBe(await conversationIdOf('earlier'));
  expect(await conversationIdOf('another')).not.toBe(await conversationIdOf('question'));
});

test('one that is older than that of the thread stays', async () => {
  const [thread] = put({ name: 'question', minute: 3 }, { [support]: null });
  put({ name: 'another', minute: 2 }, { [support]: thread!, [sales]: null });
  await fixture.sync(salesId);
  await fixture.sync();
  expect(await conversationIdOf('another')).not.toBe(await conversationIdOf('question'));
});

test('one that would be opened again after its thread was done for long stays', async () => {
  const [thread] = put({ name: 'question', minute: -10_000 }, { [support]: null });
  await fixture.sync();
  const id = await conversationIdOf('question');
  await fixture.change(id, { status: 'done', doneAt: new Date(start - 10_000 * 60_000) });
  await fixture.settings({ newConversationAfterDays: 3 });
  put({ name: 'another', minute: 2 }, { [support]: thread!, [sales]: null });
  await fixture.sync(salesId);
  await fixture.sync();
  await fixture.settings({ newConversationAfterDays: null });
  expect(await conversationIdOf('another')).not.toBe(id);
});

test('whom a mailbox read later names is no new participant afterwards', async () => {
  put({ name: 'question', minute: 1 }, { [support]: null });
  put({ name: 'early', from: 'tom', cites: 'question', minute: 2 }, { [support]: null });
  put({ name: 'names', cites: 'question', cc: 'tom', minute: 3 }, { [sales]: null });
  put({ name: 'later', from: 'tom', cites: 'question', cc: 'eve', minute: 4 }, { [support]: null });
  put({ name: 'next', from: 'eve', cites: 'question', minute: 5 }, { [support]: null });
  put({ name: 'stranger', from: 'mallory', cites: 'question', cc: 'zoe', minute: 6 }, { [support]: null });
  put({ name: 'accomplice', from: 'zoe', cites: 'question', minute: 7 }, { [support]: null });
  await fixture.sync();
  const marks = async () => {
    const names = ['early', 'later', 'next', 'stranger', 'accomplice'];
    const all = await Promise.all(names.map(stored));
    return names.filter((_, at) => all[at]!.fromNewParticipant);
  };
  expect(await marks()).toEqual(['early', 'later', 'next', 'stranger', 'accomplice']);
  await fixture.sync(salesId);
  expect(await marks()).toEqual(['early', 'stranger', 'accomplice']);
  const { to } = await fixture.defaults(await conversationIdOf('question'));
  expect(to.map(({ address }) => address)).toEqual([`eve-${count}@far.example`]);
});

test('whom a conversation that joins names is no new participant afterwards', async () => {
  put({ name: 'names', cites: 'question', cc: 'tom', minute: 2 }, { [sales]: null });
  await fixture.sync(salesId);
  put({ name: 'question', minute: 1 }, { [support]: null });
  put({ name: 'later', from: 'tom', cites: 'question', minute: 3 }, { [support]: null });
  await fixture.sync();
  expect(await stored('later')).toMatchObject({
    conversationId: await conversationIdOf('names'),
    fromNewParticipant: false,
  });
});
