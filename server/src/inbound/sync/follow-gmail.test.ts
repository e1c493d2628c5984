import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findAccount } from '../../../../google-simulator/src/accounts.ts';
import {
  addMessage,
  changeLabels,
  deletePermanently,
  findMessage,
  markSpam,
  messagesWith,
  moveToTrash,
} from '../../../../google-simulator/src/mail/messages.ts';
import { removeScope } from '../../../../google-simulator/src/revocation.ts';
import { changeConversation, markRead } from '../../conversations/change-conversation.ts';
import { modifyScope } from '../../google/scopes.ts';
import { applyGmailPlaces, dueGmailPlaces } from '../../mailboxes/apply-gmail-places.ts';
import { finishSignIn } from '../../mailboxes/oauth-callback.ts';
import { startConnection } from '../../mailboxes/start-connection.ts';
import { setTwoWay } from '../../mailboxes/two-way.ts';
import { deleteMessage } from '../../redaction/delete-message.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';

const support = 'support@acme.example';
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let control: ReturnType<typeof simulatorControls>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
  control = simulatorControls(fixture.google);
  await allow();
});
afterAll(() => fixture?.close());
afterEach(async () => {
  await control.clear();
});

async function allow() {
  const { admin, mailboxId, needs } = fixture;
  const started = await fixture.read((tx) =>
    startConnection(needs, tx, { session: admin.browser, mailboxId, twoWay: true, now: new Date() }),
  );
  const back = await fixture.google.signIn(started.authorizationUrl, { as: support });
  expect(await finishSignIn(needs, back, admin.browser, new Date())).toMatchObject({ kind: 'two-way' });
}

const apply = () =>
  applyGmailPlaces(
    fixture.needs,
    { instanceId: fixture.instanceId, mailboxId: fixture.mailboxId },
    new AbortController().signal,
  );
const change = (id: string, values: Parameters<typeof changeConversation>[2]) =>
  fixture.read((tx) => changeConversation(tx, id, values, fixture.admin.actor.id, fixture.enqueue));
const conversation = (id: string) =>
  fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('id', '=', id).selectAll().executeTakeFirstOrThrow(),
  );
const events = async (id: string) =>
  (
    await fixture.read((tx) =>
      tx.sql
        .selectFrom('conversationEvent')
        .where('conversationId', '=', id)
        .select(['kind', 'via'])
        .orderBy('at')
        .orderBy('id')
        .execute(),
    )
  ).map(({ kind, via }) => (via ? `${kind} ${via}` : kind));
const wanted = (id: string) =>
  fixture.read((tx) =>
    tx.sql.selectFrom('gmailPlace').where('conversationId', '=', id).selectAll().executeTakeFirst(),
  );
const listed = async () => (await fixture.list(fixture.admin)).find(({ id }) => id === fixture.mailboxId);
const simulator = () => fixture.google.simulator;
const labels = (gmailId: string) => findMessage(simulator(), support, gmailId)!.labels;
const newest = () => messagesWith(simulator(), support, { limit: 1 })[0]!.id;

const writer = (subject: string) => `${subject.replaceAll(' ', '-')}@far.example`;

/** A conversation of one received message; returns its id and the message's Gmail id. */
async function received(subject: string) {
  const name = subject.replaceAll(' ', '-');
  // Each from another writer: there is an hourly limit for one (R6).
  fixture.arrive({ From: writer(subject), Subject: subject, 'Message-ID': `<${name}@far.example>` });
  const gmailId = newest();
  await fixture.sync();
  const { id } = only(
    await fixture.read((tx) =>
      tx.sql.selectFrom('conversation').where('subject', '=', subject).select('id').execute(),
    ),
  );
  return { id, gmailId };
}
/** Syncs and applies until nothing is wanted; a loop would not end. */
async function settle(id: string) {
  for (let round = 0; round < 5; round += 1) {
    await apply();
    await fixture.sync();
  }
  expect((await wanted(id))?.dueAt ?? null).toBeNull();
}

test('done archives in Gmail, and reopening brings back, without a loop', async () => {
  const { id, gmailId } = await received('Both ways');
  await change(id, { status: 'done' });
  await settle(id);
  expect(labels(gmailId)).not.toContain('INBOX');
  expect((await conversation(id)).status).toBe('done');
  await change(id, { status: 'open' });
  await settle(id);
  expect(labels(gmailId)).toContain('INBOX');
  expect((await conversation(id)).status).toBe('open');
  expect(await events(id)).toEqual(['done', 'reopened']);
});

test('only the latest wanted state reaches Gmail', async () => {
  const { id, gmailId } = await received('Latest');
  const before = fixture.google.historyIdOf(support);
  for (const status of ['done', 'open', 'done', 'open'] as const) await change(id, { status });
  await settle(id);
  expect(labels(gmailId)).toContain('INBOX');
  expect(fixture.google.historyIdOf(support)).toBe(before);
  expect((await conversation(id)).status).toBe('open');
});

test('what was read here is read in Gmail, once', async () => {
  const { id, gmailId } = await received('Read');
  expect(labels(gmailId)).toContain('UNREAD');
  const read = () => fixture.read((tx) => markRead(tx, id, fixture.admin.actor.id, new Date()));
  await read();
  await settle(id);
  expect(labels(gmailId)).not.toContain('UNREAD');
  expect(labels(gmailId)).toContain('INBOX');
  await read();
  expect((await wanted(id))!.dueAt).toBeNull();
});

test('archived and moved back in Gmail is done and open here', async () => {
  const { id, gmailId } = await received('From Gmail');
  changeLabels(simulator(), support, gmailId, { remove: ['INBOX'] });
  await fixture.sync();
  expect((await conversation(id)).status).toBe('done');
  changeLabels(simulator(), support, gmailId, { add: ['INBOX'] });
  await fixture.sync();
  expect((await conversation(id)).status).toBe('open');
  await settle(id);
  expect(await events(id)).toEqual(['done gmail', 'reopened gmail']);
});

test('what was moved in Gmail while its history expired is followed', async () => {
  const archived = await received('Archived meanwhile');
  const back = await received('Back meanwhile');
  const spam = await received('Spam meanwhile');
  const same = await received('In the inbox all the time');
  changeLabels(simulator(), support, back.gmailId, { remove: ['INBOX'] });
  await fixture.sync();
  expect((await conversation(back.id)).status).toBe('done');
  changeLabels(simulator(), support, archived.gmailId, { remove: ['INBOX'] });
  changeLabels(simulator(), support, back.gmailId, { add: ['INBOX'] });
  markSpam(simulator(), support, spam.gmailId);
  await control.expireHistory(support);
  fixture.arrive({ From: writer('Afterwards'), Subject: 'Afterwards' });
  await fixture.sync();
  for (const { id } of [archived, back, spam, same]) await settle(id);
  expect(await events(archived.id)).toEqual(['done gmail']);
  expect(await events(back.id)).toEqual(['done gmail', 'reopened gmail']);
  expect(await events(spam.id)).toEqual(['done gmail-spam']);
  expect(await events(same.id)).toEqual([]);
});

test('mail that a filter archives at once stays open after the history expired', async () => {
  const subject = 'Archived by a filter';
  const raw = Buffer.from(`From: ${writer(subject)}\r\nTo: ${support}\r\nSubject: ${subject}\r\n\r\nHello`);
  addMessage(simulator(), support, { raw, labels: [] });
  await fixture.sync();
  await control.expireHistory(support);
  fixture.arrive({ From: writer('After it'), Subject: 'After it' });
  await fixture.sync();
  const { status } = await fixture.read((tx) =>
    tx.sql
      .selectFrom('conversation')
      .where('subject', '=', subject)
      .select('status')
      .executeTakeFirstOrThrow(),
  );
  expect(status).toBe('open');
});

test('moved to spam in Gmail is closed here and not removed', async () => {
  const { id, gmailId } = await received('Spam there');
  markSpam(simulator(), support, gmailId);
  await fixture.sync();
  expect((await conversation(id)).status).toBe('done');
  await settle(id);
  expect(labels(gmailId)).toContain('SPAM');
  expect(await events(id)).toEqual(['done gmail-spam']);
  const stored = await fixture.read((tx) =>
    tx.sql.selectFrom('message').where('conversationId', '=', id).select('id').execute(),
  );
  expect(stored.length).toBe(1);
});

test('spam here closes, moves there, and comes back when it is reopened', async () => {
  const { id, gmailId } = await received('Spam here');
  await change(id, { spam: true });
  await settle(id);
  expect(labels(gmailId)).toContain('SPAM');
  expect(labels(gmailId)).not.toContain('INBOX');
  expect((await conversation(id)).status).toBe('done');
  await change(id, { status: 'open' });
  await settle(id);
  expect(labels(gmailId)).toContain('INBOX');
  expect(labels(gmailId)).not.toContain('SPAM');
  expect(await events(id)).toEqual(['done spam', 'reopened']);
});

test('a message that arrives while this becomes done stays in the inbox', async () => {
  const { id, gmailId } = await received('Meanwhile');
  const reply = { 'In-Reply-To': '<Meanwhile@far.example>', 'Message-ID': '<second@far.example>' };
  fixture.arrive({ From: writer('Meanwhile'), Subject: 'Re: Meanwhile', ...reply });
  const second = newest();
  await change(id, { status: 'done' });
  await apply();
  expect(labels(gmailId)).not.toContain('INBOX');
  expect(labels(second)).toContain('INBOX');
  await settle(id);
  expect((await conversation(id)).status).toBe('open');
  expect(labels(second)).toContain('INBOX');
});

test('an older message archived in Gmail leaves a newer question open', async () => {
  const { id, gmailId } = await received('Older');
  fixture.arrive({ From: writer('Older'), Subject: 'Re: Older', 'In-Reply-To': '<Older@far.example>' });
  await fixture.sync();
  changeLabels(simulator(), support, gmailId, { remove: ['INBOX'] });
  await settle(id);
  expect((await conversation(id)).status).toBe('open');
});

test('what is wanted here wins over what happened in Gmail before', async () => {
  const { id, gmailId } = await received('Conflict');
  changeLabels(simulator(), support, gmailId, { remove: ['INBOX'] });
  await change(id, { status: 'done' });
  await change(id, { status: 'open' });
  await settle(id);
  expect((await conversation(id)).status).toBe('open');
  expect(labels(gmailId)).toContain('INBOX');
});

test('a history that is older than our last change causes nothing', async () => {
  const { id, gmailId } = await received('Late history');
  await change(id, { status: 'done' });
  await apply();
  await change(id, { status: 'open' });
  await apply();
  // Both of our changes are in the history now; a sync that sees only the first must not close it.
  await fixture.sync();
  expect((await conversation(id)).status).toBe('open');
  expect(labels(gmailId)).toContain('INBOX');
  expect(await events(id)).toEqual(['done', 'reopened']);
});

test('a message in the trash of Gmail stays there', async () => {
  const { id, gmailId } = await received('Trash');
  await change(id, { status: 'done' });
  await settle(id);
  moveToTrash(simulator(), support, gmailId);
  await fixture.sync();
  await change(id, { status: 'open' });
  await settle(id);
  expect(labels(gmailId)).toContain('TRASH');
  expect(labels(gmailId)).not.toContain('INBOX');
  expect((await conversation(id)).status).toBe('open');
});

test('a restart after the change and before it is noted changes it again', async () => {
  const { id, gmailId } = await received('Restart');
  await change(id, { status: 'done' });
  changeLabels(simulator(), support, gmailId, { remove: ['INBOX'] });
  await settle(id);
  expect((await conversation(id)).status).toBe('done');
  expect(await events(id)).toEqual(['done']);
});

test.each(['500', 'rate-limit'] as const)('after a %s it waits and is tried again', async (kind) => {
  const { id, gmailId } = await received(`Fault ${kind}`);
  await change(id, { status: 'done' });
  await control.fault('messages.modify', kind);
  await apply();
  expect(await wanted(id)).toMatchObject({ wantedPlace: 'archive', attempts: 1 });
  expect((await wanted(id))!.dueAt!.getTime()).toBeGreaterThan(Date.now());
  expect(labels(gmailId)).toContain('INBOX');
  await fixture.read((tx) => tx.sql.updateTable('gmailPlace').set({ dueAt: new Date() }).execute());
  await settle(id);
  expect(labels(gmailId)).not.toContain('INBOX');
});

test('a message deleted in Gmail does not hold up the others', async () => {
  const one = await received('Gone');
  const other = await received('Still there');
  deletePermanently(simulator(), support, one.gmailId);
  await change(one.id, { status: 'done' });
  await change(other.id, { status: 'done' });
  await settle(other.id);
  expect(labels(other.gmailId)).not.toContain('INBOX');
  expect((await wanted(one.id))!.dueAt).toBeNull();
});

test('a batch that Gmail refuses is made message by message', async () => {
  const one = await received('Batch one');
  const other = await received('Batch other');
  await control.fault('messages.batchModify', 'not-found');
  await change(one.id, { status: 'done' });
  await change(other.id, { status: 'done' });
  await settle(one.id);
  expect(await control.faultsLeft()).toBe(0);
  expect(labels(one.gmailId)).not.toContain('INBOX');
  expect(labels(other.gmailId)).not.toContain('INBOX');
});

test('a change of labels that lacks the permission stops two-way sync only', async () => {
  const { id, gmailId } = await received('Refused');
  await control.fault('messages.modify', 'insufficientPermissions');
  await change(id, { status: 'done' });
  await apply();
  expect(await listed()).toMatchObject({
    state: 'connected',
    twoWay: { on: true, problem: { code: 'two-way-permission-missing' } },
  });
  await allow();
  await settle(id);
  expect(labels(gmailId)).not.toContain('INBOX');
});

test('what was archived in one mailbox is archived in the other that has it', async () => {
  const subject = 'In both';
  const sales = await fixture.connect(fixture.admin, 'sales@acme.example');
  fixture.arrive({ From: writer(subject), Subject: subject, 'Message-ID': '<both-ways@far.example>' }, 'Hi', [
    support,
    'sales@acme.example',
  ]);
  const gmailId = newest();
  const inSales = messagesWith(simulator(), 'sales@acme.example', { limit: 1 })[0]!.id;
  await fixture.sync();
  await fixture.sync(sales);
  await fixture.read((tx) =>
    tx.sql.updateTable('mailbox').set({ twoWay: true }).where('id', '=', sales).execute(),
  );
  changeLabels(simulator(), 'sales@acme.example', inSales, { remove: ['INBOX'] });
  await fixture.sync(sales);
  await apply();
  expect(labels(gmailId)).not.toContain('INBOX');
});

test('deleting a message changes nothing in Gmail', async () => {
  const { id, gmailId } = await received('Deleted here');
  const { id: messageId } = only(
    await fixture.read((tx) =>
      tx.sql.selectFrom('message').where('conversationId', '=', id).select('id').execute(),
    ),
  );
  const before = labels(gmailId);
  await fixture.read((tx) => deleteMessage(tx, messageId, fixture.admin.actor, new Date()));
  expect(await wanted(id)).toMatchObject({ wantedPlace: null, dueAt: null });
  await apply();
  expect(labels(gmailId)).toEqual(before);
});

test('without the permission it stops with the reason; mail is still received', async () => {
  const { id, gmailId } = await received('Revoked');
  const { sub } = findAccount(simulator().store, support)!;
  removeScope(simulator(), sub, modifyScope);
  await change(id, { status: 'done' });
  await apply();
  expect(await listed()).toMatchObject({
    state: 'connected',
    twoWay: { on: true, problem: { code: 'two-way-permission-missing' } },
  });
  expect(await dueGmailPlaces(fixture.needs.deployment, new Date(), 10)).toEqual([]);
  await received('After the permission');
  await allow();
  await settle(id);
  expect(labels(gmailId)).not.toContain('INBOX');
});

test('switched off, nothing goes either way', async () => {
  const { id, gmailId } = await received('Off');
  await change(id, { status: 'done' });
  await fixture.read((tx) => setTwoWay(tx, fixture.mailboxId, false, fixture.admin.actor));
  await apply();
  expect(labels(gmailId)).toContain('INBOX');
  await change(id, { status: 'open' });
  changeLabels(simulator(), support, gmailId, { remove: ['INBOX'] });
  await fixture.sync();
  expect((await conversation(id)).status).toBe('open');
  expect(await wanted(id)).toBeUndefined();
  await expect(change(id, { spam: true })).rejects.toMatchObject({ problem: { code: 'spam-needs-two-way' } });
});
