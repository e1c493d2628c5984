import { afterEach, beforeEach, expect, test } from 'vitest';
import { addMessage, findMessage } from '../../../../google-simulator/src/mail/messages.ts';
import { changeConversation, markRead } from '../../conversations/change-conversation.ts';
import { applyGmailPlaces, dueGmailPlaces } from '../../mailboxes/apply-gmail-places.ts';
import { changeImport, startImport } from '../../mailboxes/imports.ts';
import { finishSignIn } from '../../mailboxes/oauth-callback.ts';
import { startConnection } from '../../mailboxes/start-connection.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { recountReports, storedFacts } from '../../testing/recount-reports.ts';
import { openParser } from '../parse/parser.ts';
import { runImport } from './import-messages.ts';
import { removeImport } from './remove-import.ts';

const support = 'support@acme.example';
const day = 24 * 3_600_000;
const never = new AbortController().signal;
const parser = openParser();
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
});
afterEach(() => fixture.close());

/** An admin switches two-way sync on. */
async function allow() {
  const { admin, mailboxId, needs } = fixture;
  const started = await fixture.read((tx) =>
    startConnection(needs, tx, { session: admin.browser, mailboxId, twoWay: true, now: new Date() }),
  );
  const back = await fixture.google.signIn(started.authorizationUrl, { as: support });
  expect(await finishSignIn(needs, back, admin.browser, new Date())).toMatchObject({ kind: 'two-way' });
}

type Mail = {
  id: string;
  daysAgo?: number;
  threadId?: string;
  inReplyTo?: string;
  labels?: string[];
  from?: string;
};
/** A message in the inbox, unread, unless labels say otherwise; one with `daysAgo` was there before the connection. Returns its ids. */
function mail({
  id,
  daysAgo,
  threadId,
  inReplyTo,
  labels = ['INBOX', 'UNREAD'],
  from = 'Ana <ana@far.example>',
}: Mail) {
  const raw = [
    `From: ${from}`,
    `To: ${from === support ? 'ana@far.example' : support}`,
    `Subject: ${id}`,
    `Message-ID: <${id}@far.example>`,
    ...(inReplyTo ? [`In-Reply-To: <${inReplyTo}@far.example>`] : []),
    '',
    `The text of ${id}`,
  ].join('\r\n');
  return addMessage(fixture.google.simulator, support, {
    raw: Buffer.from(raw),
    labels,
    threadId,
    ...(daysAgo && { internalDate: Date.now() - daysAgo * day, inHistory: false }),
  });
}
/** Imports the mail of the last days. */
async function importOlder(days = 30) {
  const { mailboxId, instanceId, admin, needs } = fixture;
  const { id } = await fixture.read((tx) =>
    startImport(tx, mailboxId, { by: 'days', days }, admin.actor, new Date()),
  );
  const ref = { instanceId, mailboxId, importId: id };
  await runImport({ ...needs, parser }, ref, never);
  return ref;
}
async function remove(ref: Awaited<ReturnType<typeof importOlder>>) {
  await fixture.read((tx) => changeImport(tx, { ...ref, action: 'remove' }, fixture.admin.actor, new Date()));
  await removeImport(fixture.needs, ref, never);
}
/** Syncs and applies what is wanted in Gmail. */
async function settle() {
  for (let round = 0; round < 3; round += 1) {
    await applyGmailPlaces(fixture.needs, fixture, never);
    await fixture.sync();
  }
}
const labels = (gmailId: string) =>
  findMessage(fixture.google.simulator, support, gmailId)!.labels.toSorted();
const due = () => dueGmailPlaces(fixture.needs.deployment, new Date(Date.now() + day), 10);
const historyId = () => fixture.google.historyIdOf(support);
const conversations = () =>
  fixture.read((tx) =>
    tx.sql
      .selectFrom('conversation')
      .innerJoin('message', 'message.conversationId', 'conversation.id')
      .select(['conversation.id', 'conversation.status', 'message.subject'])
      .orderBy('message.sentAt')
      .execute(),
  );
const change = (id: string, values: Parameters<typeof changeConversation>[2]) =>
  fixture.read((tx) => changeConversation(tx, id, values, fixture.admin.actor.id, fixture.enqueue));
const untouched = ['INBOX', 'UNREAD'];

test('an import and its removal change nothing in Gmail', async () => {
  await allow();
  const question = mail({ id: 'question', daysAgo: 5 });
  mail({ id: 'other', daysAgo: 3 });
  const before = historyId();
  const ref = await importOlder();
  expect((await conversations()).map(({ status }) => status)).toEqual(['done', 'done']);
  expect(await due()).toEqual([]);
  await settle();
  await fixture.read((tx) => changeImport(tx, { ...ref, action: 'remove' }, fixture.admin.actor, new Date()));
  await removeImport(fixture.needs, ref, never);
  expect(await conversations()).toEqual([]);
  expect(await due()).toEqual([]);
  await settle();
  expect(labels(question.id)).toEqual(untouched);
  expect(historyId()).toBe(before);
});

test('switching two-way sync on after an import changes nothing in Gmail', async () => {
  const question = mail({ id: 'question', daysAgo: 5 });
  await importOlder();
  const before = historyId();
  await allow();
  await settle();
  expect(await due()).toEqual([]);
  expect(labels(question.id)).toEqual(untouched);
  expect(historyId()).toBe(before);
});

test('a message imported into a conversation stays as it is in Gmail, until that changes', async () => {
  await allow();
  const old = mail({ id: 'question', daysAgo: 5 });
  const now = mail({ id: 'now', threadId: old.threadId, inReplyTo: 'question' });
  await fixture.sync();
  const { id } = (await conversations())[0]!;
  await fixture.read((tx) => markRead(tx, id, fixture.admin.actor.id, new Date()));
  await settle();
  await change(id, { status: 'done' });
  await settle();
  expect(labels(now.id)).toEqual([]);
  await importOlder();
  expect((await conversations()).map((one) => [one.id, one.status])).toEqual([
    [id, 'done'],
    [id, 'done'],
  ]);
  expect(await due()).toEqual([]);
  await settle();
  expect(labels(old.id)).toEqual(untouched);
  // What people do here goes for the whole conversation, as it does without an import.
  await change(id, { status: 'open' });
  await change(id, { status: 'done' });
  await settle();
  expect(labels(old.id)).toEqual(['UNREAD']);
});

test('what is still wanted when a message is imported leaves that message as it is', async () => {
  await allow();
  const old = mail({ id: 'question', daysAgo: 5 });
  const now = mail({ id: 'now', threadId: old.threadId, inReplyTo: 'question' });
  await fixture.sync();
  const { id } = (await conversations())[0]!;
  await fixture.read((tx) => markRead(tx, id, fixture.admin.actor.id, new Date()));
  await change(id, { status: 'done' });
  await importOlder();
  expect(await conversations()).toHaveLength(2);
  await settle();
  expect(labels(now.id)).toEqual([]);
  expect(labels(old.id)).toEqual(untouched);
});

test('a customer who writes again in an imported conversation moves nothing in Gmail', async () => {
  await allow();
  const old = mail({ id: 'question', daysAgo: 5, labels: ['UNREAD'] });
  await importOlder();
  const again = mail({ id: 'again', threadId: old.threadId, inReplyTo: 'question' });
  await fixture.sync();
  expect((await conversations()).map(({ status }) => status)).toEqual(['open', 'open']);
  await settle();
  expect(labels(old.id)).toEqual(['UNREAD']);
  expect(labels(again.id)).toEqual(untouched);
});

test('reports count no imported message, and what the customer writes afterwards', async () => {
  const { threadId } = mail({ id: 'question', daysAgo: 5 });
  mail({ id: 'answer', daysAgo: 4, from: support, labels: ['SENT'], threadId, inReplyTo: 'question' });
  const ref = await importOlder();
  const facts = () => fixture.read(storedFacts);
  expect(await conversations()).toHaveLength(2);
  expect(await facts()).toEqual([]);
  mail({ id: 'again', threadId, inReplyTo: 'question' });
  await fixture.sync();
  expect(await facts()).toMatchObject([{ kind: 'arrival', waitingSince: null }]);
  expect(await facts()).toEqual(await fixture.read(recountReports));
  await remove(ref);
  expect(await facts()).toHaveLength(1);
});

test('an import records events only for the conversations with other mail', async () => {
  const { threadId } = mail({ id: 'question', daysAgo: 5 });
  mail({ id: 'second', daysAgo: 4, threadId, inReplyTo: 'question' });
  mail({ id: 'third', daysAgo: 3 });
  mail({ id: 'fourth', daysAgo: 2, inReplyTo: 'third' });
  mail({ id: 'now', threadId, inReplyTo: 'question' });
  await fixture.sync();
  const { id } = only(await conversations());
  const events = () =>
    fixture.read((tx) =>
      tx.sql
        .selectFrom('event')
        .where('type', 'in', ['message.stored', 'conversation.changed'])
        .select(['type', 'data'])
        .orderBy('seq')
        .execute(),
    );
  const before = (await events()).length;
  await importOlder();
  expect((await conversations()).filter((one) => one.id === id)).toHaveLength(3);
  expect(await conversations()).toHaveLength(5);
  const recorded = (await events()).slice(before);
  expect(recorded.length).toBeGreaterThan(0);
  // One for each transaction that stores some.
  for (const one of recorded) {
    expect(one).toEqual({ type: 'conversation.changed', data: { conversationId: id } });
  }
});

test('what arrives in a mailbox is new, also if the import of another one stored it first', async () => {
  const sales = 'sales@acme.example';
  const { admin, instanceId, needs } = fixture;
  const salesId = await fixture.connect(admin, sales);
  await needs.deployment.pool.query(
    `insert into notification_preference (instance_id, user_id, assigned, unassigned, mention, mailbox)
     select $1, $2, 'app', 'app', 'app', 'app'`,
    [instanceId, admin.actor.id],
  );
  mail({ id: 'both', daysAgo: 0.01 });
  const ref = await importOlder();
  const { id } = only(await conversations());
  fixture.arrive(
    { From: 'Ana <ana@far.example>', Subject: 'both', 'Message-ID': '<both@far.example>', To: support },
    'The text of both',
    [sales],
  );
  await fixture.sync(salesId);
  expect(await conversations()).toEqual([{ id, status: 'open', subject: 'both' }]);
  const { lastInboundAt } = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').select('lastInboundAt').executeTakeFirstOrThrow(),
  );
  expect(lastInboundAt).not.toBeNull();
  const notices = await fixture.read((tx) => tx.sql.selectFrom('notification').selectAll().execute());
  expect(notices).toHaveLength(1);
  expect(await fixture.read(storedFacts)).toMatchObject([{ kind: 'arrival' }]);
  expect(await fixture.read(storedFacts)).toEqual(await fixture.read(recountReports));
  // It is no longer the import's alone.
  await remove(ref);
  expect(await conversations()).toHaveLength(1);
});
