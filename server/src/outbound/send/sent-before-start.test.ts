import { v4 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { send as sendAtGoogle } from '../../../../google-simulator/src/mail/send.ts';
import { quota } from '../../../../google-simulator/src/quota.ts';
import { addRecipients, createBulk } from '../../bulk/bulk-drafts.ts';
import { changeBulkState } from '../../bulk/bulk-state.ts';
import { bulkMessage } from '../../bulk/bulk-views.ts';
import { parseRecipientList } from '../../bulk/parse-recipient-list.ts';
import { saveDraft } from '../../drafts/save-draft.ts';
import { markConnected, markDisconnected } from '../../mailboxes/connection-state.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { writeSlice } from '../bulk/bulk-slice.ts';
import { composeReply, type Reply } from '../compose/compose.ts';
import { sendDraft } from '../compose/send-draft.ts';
import { releaseHeld } from '../deliveries/held-deliveries.ts';
import { createSentBeforeStart } from './sent-before-start.ts';

/** A copy of the database is made, the original goes on, and the copy is put back: nothing is sent again. */

const support = 'support@acme.example';
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
});
afterEach(() => fixture?.close());

async function openConversation(subject = 'Where is it?'): Promise<string> {
  fixture.arrive({ Subject: subject, 'Message-ID': `<${uuid()}@far.example>` });
  await fixture.sync();
  const row = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('subject', '=', subject).select('id').executeTakeFirstOrThrow(),
  );
  return row.id;
}
const author = () => ({ id: fixture.admin.actor.id, name: 'John', email: 'john@acme.example' });
async function write(conversationId: string, more: Partial<Reply> = {}): Promise<string> {
  const id = uuid();
  const { mailboxId } = fixture;
  const content = { to: ['ana@far.example'], cc: [], bcc: [], html: '<p>Hello</p>' };
  const reply = { id, conversationId, mailboxId, ...content, author: author(), now: new Date(), ...more };
  await fixture.read((tx) => composeReply(tx, reply, fixture.enqueue));
  return id;
}
const query = (text: string) => fixture.needs.deployment.pool.query(text);
/** An hour later: whatever was scheduled is due, and all waits are over. */
const anHourLater = () =>
  query(`update delivery set send_after = send_after - interval '2 hours', next_attempt_at = null`);
const stateOf = async (messageId: string) => {
  const { state } = await fixture.read((tx) =>
    tx.sql
      .selectFrom('delivery')
      .where('messageId', '=', messageId)
      .select('state')
      .executeTakeFirstOrThrow(),
  );
  return state;
};
const accepted = () => fixture.ledger().filter(({ kind }) => kind === 'accepted');
const acceptedAs = (messageId: string) => accepted().filter(({ delivery }) => delivery === messageId);

test.each([
  ['scheduled message', { sendTime: { sendAt: new Date(Date.now() + 3_600_000) } }],
  ['message that can be undone', { sendTime: { undoSeconds: 30 } }],
  ['message that is due', {}],
])('a %s that left after the copy was made is not sent again', async (_what, more) => {
  const id = await write(await openConversation(), more);
  const putBack = await fixture.copyDatabase();
  await anHourLater();
  await fixture.deliver(id);
  only(acceptedAs(id));

  await putBack();
  await fixture.restart();
  await anHourLater();
  expect(await stateOf(id)).toBe('queued');
  await fixture.deliver(id);
  expect(await stateOf(id)).toBe('sent');
  only(acceptedAs(id));
});

test('a held message that left after the copy was made is not sent again', async () => {
  const conversationId = await openConversation();
  const { mailboxId, read, enqueue } = fixture;
  const now = new Date();
  await read((tx) => markDisconnected(tx, mailboxId, { code: 'gmail-disabled', startedAt: now, now }));
  const id = await write(conversationId);
  expect(await stateOf(id)).toBe('held');
  const reconnectAndDeliver = async () => {
    await read((tx) => markConnected(tx, mailboxId, { startedAt: new Date(), now: new Date() }, enqueue));
    await read((tx) => releaseHeld(tx, mailboxId, enqueue));
    await fixture.deliver(id);
  };
  const putBack = await fixture.copyDatabase();
  await reconnectAndDeliver();
  only(acceptedAs(id));

  await putBack();
  await fixture.restart();
  expect(await stateOf(id)).toBe('held');
  await reconnectAndDeliver();
  expect(await stateOf(id)).toBe('sent');
  only(acceptedAs(id));
});

test('a message that never left is sent, after one look into Sent for all of the mailbox', async () => {
  const ids: string[] = [];
  for (const subject of ['One', 'Two', 'Three']) ids.push(await write(await openConversation(subject)));
  await query(
    `update delivery set created_at = created_at - interval '1 hour' where message_id = '${ids[0]}'`,
  );
  await fixture.restart();
  const { simulator } = fixture.google;
  sendAtGoogle(simulator, support, { raw: Buffer.from('To: ben@far.example\r\nSubject: X\r\n\r\nX\r\n') });
  const spent = async (id: string) => {
    const before = quota(simulator).spent(support);
    await fixture.deliver(id);
    only(acceptedAs(id));
    return quota(simulator).spent(support) - before;
  };
  const ordinary = 100;
  // The list, and the header of the only message that is not known. The oldest is sent last.
  expect(await spent(ids[1]!)).toBe(ordinary + 5 + 20);
  expect(await spent(ids[2]!)).toBe(ordinary);
  // It was written long before: Sent is listed again, and no header is read twice.
  expect(await spent(ids[0]!)).toBe(ordinary + 5);
  // Written after the start.
  expect(await spent(await write(await openConversation('Four')))).toBe(ordinary);
});

test('Sent is read when Gmail has recorded what it accepted before Postgres started', async () => {
  const id = await write(await openConversation());
  await fixture.restart(9_500);
  const startedAt = Date.now();
  await fixture.deliver(id);
  expect(Date.now() - startedAt).toBeGreaterThan(450);
  only(acceptedAs(id));
});

test('a process that goes on in a snapshot of its machine searches as after a start', () => {
  const startedAt = new Date(Date.now() - 60_000);
  const start = { processStartedAt: startedAt, postgresStartedAt: startedAt };
  const sentBeforeStart = createSentBeforeStart(fixture.needs.database, start);
  const { instanceId, mailboxId } = fixture;
  const message = { instanceId, mailboxId, messageId: uuid(), writtenAt: new Date(Date.now() - 30_000) };
  expect(sentBeforeStart.mustSearch(message)).toBe(false);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  try {
    expect(sentBeforeStart.mustSearch(message)).toBe(true);
    expect(sentBeforeStart.mustSearch({ ...message, writtenAt: new Date() })).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test('a draft stays in its author’s hands although it was sent after the copy was made', async () => {
  const conversationId = await openConversation();
  const draftId = uuid();
  const { mailboxId, enqueue, read } = fixture;
  const content = { kind: 'reply', conversationId, mailboxId, subject: '', html: '<p>Hello</p>' } as const;
  const recipients = { to: ['ana@far.example'], cc: [], bcc: [] };
  const send = () =>
    read((tx) =>
      sendDraft(
        tx,
        {
          draftId,
          version: 1,
          author: author(),
          sendTime: { undoSeconds: 0 },
          markDone: false,
          now: new Date(),
        },
        enqueue,
      ),
    );
  await read((tx) =>
    saveDraft(tx, {
      id: draftId,
      userId: author().id,
      version: 0,
      content: { ...content, ...recipients },
      now: new Date(),
    }),
  );
  const putBack = await fixture.copyDatabase();
  await send();
  await fixture.deliver(draftId);
  await putBack();
  await fixture.restart();
  await fixture.sync();
  // What was sent is to be seen in the conversation, beside the draft.
  const messages = await read((tx) =>
    tx.sql.selectFrom('message').where('conversationId', '=', conversationId).selectAll().execute(),
  );
  expect(messages.map(({ direction }) => direction).sort()).toEqual(['inbound', 'outbound']);
  await send();
  await fixture.deliver(draftId);
  expect(await stateOf(draftId)).toBe('sent');
  expect(acceptedAs(draftId)).toHaveLength(2);
});

const bulkId = uuid();
async function startBulk(count: number): Promise<void> {
  const addresses = Array.from({ length: count }, (_, n) => `c${n}@far.example`);
  const content = { mailboxId: fixture.mailboxId, subject: 'News', html: '<p>News</p>' };
  await fixture.read(async (tx) => {
    const { actor } = fixture.admin;
    await createBulk(tx, bulkId, content, actor);
    await addRecipients(tx, bulkId, parseRecipientList(`email\n${addresses.join('\n')}`).listed, actor);
    await changeBulkState(tx, bulkId, 'start', actor, new Date());
  });
}
/** Writes the next slice, and sends what waits. */
async function sendSlice(): Promise<void> {
  const { database } = fixture.needs;
  await writeSlice({ database, enqueue: fixture.enqueue }, { ...fixture, bulkId }, new Date());
  const waiting = await fixture.read((tx) =>
    tx.sql.selectFrom('delivery').where('state', '=', 'queued').select('messageId').execute(),
  );
  for (const { messageId } of waiting) await fixture.deliver(messageId);
}
const bulkCounts = async () => (await fixture.read((tx) => bulkMessage(tx, bulkId))).counts;
/** Whom Gmail delivered to, in other domains. */
const reached = () =>
  fixture.ledger().flatMap(({ kind, recipient }) => (kind === 'outside' && recipient ? [recipient] : []));

test.each([['before the next slice'], ['after it']])(
  'no recipient of a bulk message gets it twice; Sent is synced %s',
  async (when) => {
    await startBulk(25);
    await sendSlice();
    const putBack = await fixture.copyDatabase();
    await sendSlice();
    expect(accepted()).toHaveLength(20);

    await putBack();
    await fixture.restart();
    if (when === 'before the next slice') await fixture.sync();
    await sendSlice();
    await sendSlice();
    await sendSlice();
    await fixture.sync();
    expect(reached()).toHaveLength(25);
    expect(new Set(reached()).size).toBe(25);
    expect(await bulkCounts()).toMatchObject({ total: 25, sent: 25 });
    const { rows } = await query(
      `select (select count(*) from message) as messages,
         (select count(*) from conversation where status <> 'done') as "openConversations"`,
    );
    expect(rows).toEqual([{ messages: 25, openConversations: 0 }]);
  },
);

test('the remaining recipients of a bulk message cost one look into Sent after a start', async () => {
  await startBulk(25);
  await sendSlice();
  await fixture.restart();
  const before = quota(fixture.google.simulator).spent(support);
  await sendSlice();
  expect(accepted()).toHaveLength(20);
  expect(quota(fixture.google.simulator).spent(support) - before).toBe(10 * 100 + 5);
});
