import { afterEach, beforeEach, expect, test } from 'vitest';
import { addMessage, messagesWith } from '../../../../google-simulator/src/mail/messages.ts';
import { deleteMailbox } from '../../mailboxes/delete-mailbox.ts';
import { deleteMessage } from '../../redaction/delete-message.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createImportSteps } from '../../testing/import-steps.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { retryUnfetched } from '../fetch/retry-unfetched.ts';
import { takeDueUnfetched } from '../fetch/unfetched-messages.ts';
import { takeDueImports } from './import-state.ts';

const support = 'support@acme.example';
const day = 24 * 3_600_000;
const never = new AbortController().signal;
type Steps = ReturnType<typeof createImportSteps>;
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let steps: Steps;
let control: ReturnType<typeof simulatorControls>;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
  steps = createImportSteps(fixture);
  control = simulatorControls(fixture.google);
});
afterEach(async () => {
  await steps.close();
  await fixture.close();
});

const older: Steps['older'] = (mail) => steps.older(mail);
const start: Steps['start'] = (...asked) => steps.start(...asked);
const run: Steps['run'] = (...given) => steps.run(...given);
const change: Steps['change'] = (...given) => steps.change(...given);
const stateOf: Steps['stateOf'] = (ref) => steps.stateOf(ref);
const messages = () =>
  fixture.read((tx) =>
    tx.sql
      .selectFrom('message')
      .innerJoin('conversation', 'conversation.id', 'message.conversationId')
      .select([
        'message.id',
        'message.subject',
        'message.direction',
        'message.conversationId',
        'conversation.status',
        'conversation.assigneeId',
        'conversation.lastInboundAt',
        'conversation.doneAt',
      ])
      .orderBy('message.sentAt')
      .execute(),
  );
const subjects = async () => (await messages()).map(({ subject }) => subject);

test('older mail is imported as done and read, without notices; answers sent in Gmail are shown', async () => {
  const { instanceId, admin, needs } = fixture;
  await needs.deployment.pool.query(
    `insert into notification_preference (instance_id, user_id, assigned, unassigned, mention, mailbox)
     select $1, $2, 'app', 'app', 'app', 'app'`,
    [instanceId, admin.actor.id],
  );
  const first = older({ id: 'question', daysAgo: 0.5 });
  older({
    id: 'answer',
    daysAgo: 0.4,
    from: support,
    inReplyTo: 'question',
    labels: ['SENT'],
    threadId: first.threadId,
  });
  older({ id: 'spam', labels: ['SPAM'] });
  older({ id: 'trash', labels: ['TRASH'] });
  older({ id: 'draft', labels: ['DRAFT'] });
  older({ id: 'too-old', daysAgo: 40 });
  const ref = await start();
  await run(ref);
  const stored = await messages();
  expect(stored.map(({ subject, direction }) => [subject, direction])).toEqual([
    ['question', 'inbound'],
    ['answer', 'outbound'],
  ]);
  expect(new Set(stored.map(({ conversationId }) => conversationId)).size).toBe(1);
  expect(stored[0]).toMatchObject({ status: 'done', assigneeId: null, lastInboundAt: null });
  expect(stored[0]!.doneAt).not.toBeNull();
  expect(await stateOf(ref)).toMatchObject({ state: 'done', listed: 3, imported: 2, leftOut: 1 });
  const notices = await fixture.read((tx) => tx.sql.selectFrom('notification').selectAll().execute());
  expect(notices).toEqual([]);
});

test('a search brings in what it finds', async () => {
  older({ id: 'wanted', daysAgo: 400 });
  older({ id: 'other', from: 'Bob <bob@far.example>' });
  const ref = await start({ by: 'search', query: 'from:ana@far.example' });
  await run(ref);
  expect(await subjects()).toEqual(['wanted']);
});

test('what arrives is stored beside an import by the sync alone, open, and once', async () => {
  for (let n = 0; n < 40; n += 1) older({ id: `old-${n}`, daysAgo: 40 - n / 2 });
  fixture.arrive({ Subject: 'before' });
  const ref = await start({ by: 'days', days: 365 });
  const importing = run(ref);
  for (let n = 0; n < 5; n += 1) {
    fixture.arrive({ Subject: `live-${n}` });
    await fixture.sync();
  }
  await importing;
  await fixture.sync();
  const stored = await messages();
  expect(
    stored
      .filter(({ status }) => status === 'open')
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(['before', ...Array.from({ length: 5 }, (_, n) => `live-${n}`)]);
  expect(stored).toHaveLength(46);
  expect(await stateOf(ref)).toMatchObject({ state: 'done', imported: 40 });
});

test('an older message joins the conversation of its thread, which stays as it is', async () => {
  const first = older({ id: 'question' });
  addMessage(fixture.google.simulator, support, {
    raw: Buffer.from(
      `From: Ana <ana@far.example>\r\nTo: ${support}\r\nSubject: now\r\nMessage-ID: <now@far.example>\r\nIn-Reply-To: <question@far.example>\r\n\r\nHello`,
    ),
    labels: ['INBOX'],
    threadId: first.threadId,
  });
  await fixture.sync();
  const [before] = await messages();
  expect(before).toMatchObject({ subject: 'now', status: 'open' });
  await run(await start());
  const after = await messages();
  expect(after.map(({ subject, conversationId, status }) => [subject, conversationId, status])).toEqual([
    ['question', before!.conversationId, 'open'],
    ['now', before!.conversationId, 'open'],
  ]);
  await fixture.read((tx) =>
    tx.sql.updateTable('conversation').set({ status: 'done', doneAt: new Date() }).execute(),
  );
  older({ id: 'older-still', daysAgo: 50, threadId: first.threadId });
  await run(await start({ by: 'days', days: 60 }));
  expect((await messages()).map(({ status }) => status)).toEqual(['done', 'done', 'done']);
});

test('overlapping imports store each message once, and run one after the other', async () => {
  for (let n = 0; n < 10; n += 1) older({ id: `old-${n}`, daysAgo: 20 - n });
  const first = await start({ by: 'days', days: 15 });
  const second = await start();
  const { deployment } = fixture.needs;
  expect((await takeDueImports(deployment, new Date(), 10)).map(({ importId }) => importId)).toEqual([
    first.importId,
  ]);
  await run(first);
  expect((await takeDueImports(deployment, new Date(), 10)).map(({ importId }) => importId)).toEqual([
    second.importId,
  ]);
  await run(second);
  const { imported } = await stateOf(first);
  expect(imported).toBeLessThan(10);
  expect(await stateOf(second)).toMatchObject({ imported: 10 - imported, alreadyStored: imported });
  expect(await subjects()).toHaveLength(10);
});

test('an import goes on where a process that died had stopped, and counts each message once', async () => {
  for (let n = 0; n < 80; n += 1) older({ id: `old-${n}`, daysAgo: 20 - n / 8 });
  const ref = await start();
  const died = new AbortController();
  const running = run(ref, died.signal).catch(() => {});
  await expect.poll(async () => (await subjects()).length).toBeGreaterThan(0);
  died.abort();
  await running;
  const before = (await subjects()).length;
  expect((await stateOf(ref)).state).toBe('running');
  // The lease of the process that died is over.
  const later = new Date(Date.now() + 120_000);
  const taken = await takeDueImports(fixture.needs.deployment, later, 10);
  expect(taken).toEqual([{ ...ref, work: 'fetch' }]);
  await run(ref);
  expect(before).toBeLessThan(81);
  expect(await stateOf(ref)).toMatchObject({ state: 'done', listed: 80, imported: 80, leftOut: 0 });
  expect(await subjects()).toHaveLength(80);
});

test('a paused import stores nothing more until it is resumed', async () => {
  for (let n = 0; n < 40; n += 1) older({ id: `old-${n}`, daysAgo: 20 - n / 8 });
  const ref = await start();
  const running = run(ref);
  await expect.poll(async () => (await subjects()).length).toBeGreaterThan(0);
  await change(ref, 'pause');
  const paused = (await subjects()).length;
  await running;
  expect(await subjects()).toHaveLength(paused);
  expect(await takeDueImports(fixture.needs.deployment, new Date(Date.now() + day), 10)).toEqual([]);
  await change(ref, 'resume');
  await run(ref);
  expect(await subjects()).toHaveLength(40);
  expect(await stateOf(ref)).toMatchObject({ state: 'done', imported: 40 });
  await expect(change(ref, 'pause')).rejects.toMatchObject({ problem: { code: 'import-state-changed' } });
});

test('a message that cannot be read is set aside, and stored as imported once it can', async () => {
  older({ id: 'fine' });
  older({ id: 'broken' });
  await control.messageFault('<broken@far.example>', '500');
  const ref = await start();
  for (let tries = 0; tries < 4; tries += 1) await run(ref);
  expect(await subjects()).toEqual(['fine']);
  expect(await stateOf(ref)).toMatchObject({ state: 'done', imported: 1, setAside: 1 });
  await control.clearMessageFaults();
  const due = await takeDueUnfetched(fixture.needs.deployment, new Date(Date.now() + day), 10);
  for (const one of due) await retryUnfetched({ ...fixture.needs, parser: steps.parser }, one, never);
  expect((await messages()).map(({ subject, status }) => [subject, status]).sort()).toEqual([
    ['broken', 'done'],
    ['fine', 'done'],
  ]);
});

test('what was deleted does not return, nor as a copy in another mailbox', async () => {
  const sales = await fixture.connect(fixture.admin, 'sales@acme.example');
  older({ id: 'secret' });
  older({ id: 'secret', account: 'sales@acme.example' });
  await run(await start());
  const { id } = only(await messages());
  await fixture.read((tx) => deleteMessage(tx, id, fixture.admin.actor, new Date()));
  await run(await start());
  await run(await start({ by: 'days', days: 30 }, sales));
  expect(only(await messages())).toMatchObject({ id, subject: '' });
});

test('an import waits while its mailbox is disconnected, and ends when it is deleted', async () => {
  for (let n = 0; n < 3; n += 1) older({ id: `old-${n}` });
  const ref = await start();
  const setDisconnected = (at: Date | null) =>
    fixture.read((tx) =>
      tx.sql
        .updateTable('mailbox')
        .set({ disconnectedAt: at, disconnectedCode: at && 'access-revoked' })
        .execute(),
    );
  await setDisconnected(new Date());
  expect(await takeDueImports(fixture.needs.deployment, new Date(), 10)).toEqual([]);
  await run(ref);
  expect(await subjects()).toEqual([]);
  await setDisconnected(null);
  await deleteMailbox(fixture.needs, ref, fixture.admin.actor, new Date());
  await run(ref);
  expect(await subjects()).toEqual([]);
  const { state } = await fixture.read((tx) =>
    tx.sql.selectFrom('mailboxImport').select('state').executeTakeFirstOrThrow(),
  );
  expect(state).toBe('cancelled');
});

test('an import is removed as one; what was joined, used or redacted since stays and is counted', async () => {
  const joined = older({ id: 'joined' });
  older({ id: 'used', from: 'Bob <bob@far.example>' });
  older({ id: 'redacted', from: 'Cem <cem@far.example>' });
  older({ id: 'gone', from: 'Dora <dora@far.example>' });
  const ref = await start();
  await run(ref);
  const bySubject = new Map((await messages()).map((one) => [one.subject, one]));
  addMessage(fixture.google.simulator, support, {
    raw: Buffer.from(
      `From: Ana <ana@far.example>\r\nTo: ${support}\r\nSubject: more\r\nMessage-ID: <more@far.example>\r\nIn-Reply-To: <joined@far.example>\r\n\r\nHello`,
    ),
    labels: ['INBOX'],
    threadId: joined.threadId,
  });
  await fixture.sync();
  await fixture.read(async (tx) => {
    await tx.sql
      .updateTable('conversation')
      .set({ assigneeId: fixture.admin.actor.id })
      .where('id', '=', bySubject.get('used')!.conversationId)
      .execute();
    await deleteMessage(tx, bySubject.get('redacted')!.id, fixture.admin.actor, new Date());
  });
  await steps.remove(ref);
  expect(await stateOf(ref)).toMatchObject({
    state: 'removed',
    removedMessages: 1,
    removedConversations: 1,
    keptJoined: 1,
    keptUsed: 1,
    keptRedacted: 1,
    keptAnswered: 0,
  });
  expect((await subjects()).sort()).toEqual(['', 'joined', 'more', 'used']);
  const customers = await fixture.read((tx) => tx.sql.selectFrom('customer').select('name').execute());
  expect(customers.map(({ name }) => name).sort()).toEqual(['Ana', 'Bob', 'Cem']);
  // Nothing was removed from Gmail, and it can be imported again.
  expect(messagesWith(fixture.google.simulator, support, { limit: 10 })).toHaveLength(5);
  await run(await start());
  expect((await subjects()).sort()).toEqual(['', 'gone', 'joined', 'more', 'used']);
});
