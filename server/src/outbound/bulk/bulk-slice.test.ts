import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messagesWith, rawOf } from '../../../../google-simulator/src/mail/messages.ts';
import { setSendAs } from '../../../../google-simulator/src/mail/send-as.ts';
import { addRecipients, changeBulk, createBulk, removeRecipients } from '../../bulk/bulk-drafts.ts';
import { changeBulkState } from '../../bulk/bulk-state.ts';
import { bulkMessage, recipients } from '../../bulk/bulk-views.ts';
import { parseRecipientList } from '../../bulk/parse-recipient-list.ts';
import { unsubscribe } from '../../bulk/unsubscribe.ts';
import { parseMime } from '../../mail/mime/parse-mime.ts';
import { redactionMark } from '../../mail/redaction/redact-text.ts';
import { refreshSendAs } from '../../mailboxes/send-as.ts';
import type { Queue } from '../../queue/queue.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture } from '../../testing/mail-flow-fixture.ts';
import { takeDueBulk, writeSlice } from './bulk-slice.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let bulkId: string;
beforeEach(async () => {
  fixture = await createMailFlowFixture();
  bulkId = uuid();
});
afterEach(() => fixture.close());

const content = () => ({
  mailboxId: fixture.mailboxId,
  subject: 'News for {{firstName}}',
  html: '<p>Your order {{order}} is <b>ready</b>.</p>',
});
const list = (count: number) =>
  `email,name,order\n${Array.from({ length: count }, (_, n) => `c${n}@far.example,Customer ${n},${n}`).join('\n')}`;

async function write(text: string): Promise<void> {
  await fixture.read(async (tx) => {
    await createBulk(tx, bulkId, content(), fixture.admin.actor);
    await addRecipients(tx, bulkId, parseRecipientList(text).listed, fixture.admin.actor);
  });
}
const order = (what: Parameters<typeof changeBulkState>[2]) =>
  fixture.read((tx) => changeBulkState(tx, bulkId, what, fixture.admin.actor, new Date()));
const slice = (now = new Date(), id = bulkId) =>
  writeSlice({ database: fixture.needs.database, enqueue: fixture.enqueue }, { ...fixture, bulkId: id }, now);
/** How many transactions of this database wait for a lock. */
const waitingTransactions = async () => {
  const { rows } = await fixture.needs.deployment.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]!.count;
};
/** The customers of the conversations with this address, each once. */
const customerIdsOf = async (address: string) => {
  const rows = await fixture.read((tx) =>
    tx.sql
      .selectFrom('participant')
      .innerJoin('conversation', 'conversation.id', 'participant.conversationId')
      .where('participant.address', '=', address)
      .select('conversation.customerId')
      .distinct()
      .execute(),
  );
  return rows.map(({ customerId }) => customerId);
};
const view = () => fixture.read((tx) => bulkMessage(tx, bulkId));
const written = () =>
  fixture.read((tx) =>
    tx.sql
      .selectFrom('bulkRecipient')
      .where('messageId', 'is not', null)
      .select(['messageId', 'token', 'address'])
      .orderBy('position')
      .execute(),
  );
const sendAll = async () => {
  for (const { messageId } of await written()) await fixture.deliver(messageId!);
};
/** The messages that Google accepted. */
const mail = () => fixture.ledger().filter(({ kind }) => kind === 'accepted');

test('each customer gets a message of their own that can be unsubscribed', async () => {
  await write(list(3));
  await order('start');
  await slice();
  await sendAll();
  const accepted = mail();
  expect(accepted).toHaveLength(3);
  const { simulator } = fixture.google;
  const [sent] = messagesWith(simulator, 'support@acme.example', { limit: 1 });
  const parsed = await parseMime(rawOf(simulator, 'support@acme.example', sent!.id));
  if (parsed.kind !== 'parsed') throw new Error(parsed.reason);
  expect(parsed.to).toHaveLength(1);
  expect(parsed.cc).toEqual([]);
  expect(parsed.subject).toBe('News for Customer');
  expect(parsed.html).toMatch(/Your order [012] is <b>ready<\/b>/);
  const header = (name: string) =>
    parsed.headers.find((one) => one.name.toLowerCase() === name)?.value.trim();
  // The rest is in bulk-unsubscribe.test.ts.
  expect(header('list-unsubscribe')).toMatch(/http:\/\/localhost:4400\/unsubscribe\/[\w-]{32}>$/);
  expect(header('precedence')).toBe('bulk');
  expect(header('auto-submitted')).toBe('auto-generated');
  expect(header('feedback-id')).toBe(`${bulkId}:${fixture.mailboxId}:bulk:${fixture.instanceId.slice(-12)}`);
  await slice();
  expect(await view()).toMatchObject({ state: 'done', counts: { total: 3, sent: 3, waiting: 0 } });
  // Not in the inbox until somebody answers.
  const open = await fixture.read((tx) =>
    tx.sql.selectFrom('conversation').where('status', '=', 'open').select('id').execute(),
  );
  expect(open).toEqual([]);
});

test('a bulk message from an alias has its address and name, and stops once Gmail refuses it', async () => {
  const alias = 'orders@shop.example';
  const support = 'support@acme.example';
  const gmailSays = async (status: 'accepted' | 'pending') => {
    setSendAs(fixture.google.simulator, support, { email: alias, name: 'Shop', status });
    await refreshSendAs(fixture.needs, fixture, new AbortController().signal);
  };
  await gmailSays('accepted');
  await fixture.read(async (tx) => {
    await createBulk(tx, bulkId, { ...content(), alias }, fixture.admin.actor);
    await addRecipients(tx, bulkId, parseRecipientList(list(2)).listed, fixture.admin.actor);
  });
  await order('start');
  await slice();
  const [first, second] = await written();
  await fixture.deliver(first!.messageId!);
  const [sent] = messagesWith(fixture.google.simulator, support, { label: 'SENT', limit: 1 });
  expect(sent!.headers.find(({ name }) => name === 'From')?.value).toContain(`<${alias}>`);
  expect(sent!.to).toBe('Customer 0 <c0@far.example>');
  await gmailSays('pending');
  await fixture.deliver(second!.messageId!);
  expect(mail()).toHaveLength(1);
});

test('bulk messages wait behind everything else of their mailbox', async () => {
  await write(list(2));
  await order('start');
  const jobs: Array<{ data: object; options: object | undefined }> = [];
  const { database } = fixture.needs;
  const enqueue: Queue['enqueue'] = async (_tx, _name, data, options) => {
    jobs.push({ data, options });
  };
  await writeSlice({ database, enqueue }, { ...fixture, bulkId }, new Date());
  const lowPriority = expect.objectContaining({ lowPriority: true });
  expect(jobs).toEqual([
    { data: lowPriority, options: lowPriority },
    { data: lowPriority, options: lowPriority },
  ]);
});

test('slices follow each other and neither skip nor repeat a recipient', async () => {
  await write(list(25));
  await order('start');
  const { deployment } = fixture.needs;
  const now = new Date();
  const taken = await Promise.all([takeDueBulk(deployment, now), takeDueBulk(deployment, now)]);
  expect(taken.flat()).toHaveLength(1);
  await Promise.all([slice(), slice()]);
  expect(await written()).toHaveLength(10);
  await slice();
  expect((await view()).counts).toMatchObject({ sending: 10, waiting: 15 });
  await sendAll();
  await slice();
  await sendAll();
  await slice();
  await sendAll();
  await slice();
  expect(await view()).toMatchObject({ state: 'done', counts: { sent: 25 } });
  expect(new Set(mail().map(({ delivery }) => delivery)).size).toBe(25);
});

test('a customer created by another transaction during a slice does not abort it', async () => {
  await write(list(2));
  await order('start');
  const { instanceId } = fixture;
  const customerId = uuid();
  const { running } = await fixture.read(async (tx) => {
    await tx.sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Zoe' }).execute();
    await tx.sql
      .insertInto('customerAddress')
      .values({ instanceId, address: 'c1@far.example', customerId })
      .execute();
    const running = slice();
    running.catch(() => {});
    // The slice waits for this transaction.
    await expect.poll(waitingTransactions).toBeGreaterThan(0);
    return { running };
  });
  await running;
  expect(await written()).toHaveLength(2);
  expect(await customerIdsOf('c1@far.example')).toEqual([customerId]);
});

test('two slices at once for the same new addresses share their customers', async () => {
  const second = uuid();
  const lines = list(10).split('\n');
  const reversed = [lines[0], ...lines.slice(1).reverse()].join('\n');
  for (const [id, text] of [
    [bulkId, list(10)],
    [second, reversed],
  ] as const) {
    await fixture.read(async (tx) => {
      await createBulk(tx, id, content(), fixture.admin.actor);
      await addRecipients(tx, id, parseRecipientList(text).listed, fixture.admin.actor);
      await changeBulkState(tx, id, 'start', fixture.admin.actor, new Date());
    });
  }
  await Promise.all([slice(), slice(new Date(), second)]);
  expect(await written()).toHaveLength(20);
  for (const n of Array.from({ length: 10 }).keys())
    expect(await customerIdsOf(`c${n}@far.example`)).toHaveLength(1);
});

test('after a cancellation, written messages are sent and no others', async () => {
  await write(list(25));
  await order('start');
  await slice();
  await order('pause');
  await slice();
  await sendAll();
  await slice();
  expect(await view()).toMatchObject({ state: 'paused', counts: { sent: 10, waiting: 15 } });
  await order('resume');
  await slice();
  await order('cancel');
  await sendAll();
  await slice();
  expect(await view()).toMatchObject({ state: 'cancelled', counts: { sent: 20, waiting: 5 } });
  await expect(order('resume')).rejects.toThrow('bulk-wrong-state');
});

test('who unsubscribes gets neither the rest nor the next one', async () => {
  await write(list(12));
  await order('start');
  await slice();
  const { rows } = await fixture.needs.deployment.pool.query(
    'select token from bulk_recipient where position = 11',
  );
  expect(await unsubscribe(fixture.needs.deployment, rows[0].token)).toMatchObject({
    kind: 'recipient',
    address: 'c10@far.example',
  });
  expect(await unsubscribe(fixture.needs.deployment, 'unknown')).toBeNull();
  await sendAll();
  await slice();
  await sendAll();
  await slice();
  expect(await view()).toMatchObject({ state: 'done', counts: { sent: 11, skipped: 1 } });
  const again = uuid();
  await fixture.read((tx) => createBulk(tx, again, content(), fixture.admin.actor));
  const { listed } = parseRecipientList(list(12));
  expect(await fixture.read((tx) => addRecipients(tx, again, listed, fixture.admin.actor))).toEqual({
    added: 11,
    there: 0,
    unsubscribed: 1,
  });
});

test('it stops at Google’s limit or too many bounces, and can be resumed', async () => {
  await write(list(40));
  await order('start');
  await slice();
  const { pool } = fixture.needs.deployment;
  const control = simulatorControls(fixture.google);
  await control.fault('messages.send', 'sending-limit', 1, 3_600);
  const [limited] = await written();
  await fixture.deliver(limited!.messageId!);
  await slice();
  expect(await view()).toMatchObject({ state: 'stopped', problem: { code: 'bulk-sending-limit' } });
  await pool.query(
    'update mailbox set sending_limited_until = null; update delivery set next_attempt_at = null',
  );
  await order('resume');
  await sendAll();
  await slice();
  await sendAll();
  await pool.query(
    `insert into delivery_report (instance_id, id, message_id, report_message_id, kind, recipient, status, diagnostic, at)
      select instance_id, gen_random_uuid(), message_id, message_id, 'failed', address, '5.1.1', 'No such user', now()
      from bulk_recipient where message_id is not null order by position limit 2`,
  );
  await slice();
  expect(await view()).toMatchObject({
    state: 'stopped',
    problem: { code: 'bulk-too-many-bounces' },
    counts: { bounced: 2, sent: 18 },
  });
  const [first] = (await fixture.read((tx) => recipients(tx, bulkId, { limit: 1 }))).rows;
  expect(first).toMatchObject({ state: 'bounced', diagnostic: 'No such user' });
});

test('it waits while the mailbox is disconnected', async () => {
  await write(list(3));
  await order('start');
  const { pool } = fixture.needs.deployment;
  await pool.query(`update mailbox set disconnected_at = now(), disconnected_code = 'access-revoked'`);
  await slice();
  expect(await view()).toMatchObject({
    state: 'sending',
    problem: { code: 'bulk-mailbox-disconnected' },
    counts: { waiting: 3 },
  });
  await pool.query(`update mailbox set disconnected_at = null, disconnected_code = null`);
  await slice();
  expect(await view()).toMatchObject({ state: 'sending', problem: null, counts: { sending: 3 } });
});

test('an incomplete one is not started, a started one not changed', async () => {
  await fixture.read((tx) => createBulk(tx, bulkId, content(), fixture.admin.actor));
  await expect(order('start')).rejects.toThrow('bulk-without-recipients');
  await fixture.read((tx) =>
    addRecipients(tx, bulkId, parseRecipientList('a@far.example').listed, fixture.admin.actor),
  );
  await expect(order('start')).rejects.toMatchObject({
    problem: { code: 'bulk-unknown-field', params: { name: 'order' } },
  });
  await fixture.read((tx) =>
    changeBulk(tx, bulkId, { ...content(), html: '<p>&nbsp;</p>' }, fixture.admin.actor),
  );
  await expect(order('start')).rejects.toThrow('bulk-empty');
  await fixture.read((tx) =>
    changeBulk(tx, bulkId, { ...content(), html: '<p>Hello {{name}}</p>' }, fixture.admin.actor),
  );
  await order('start');
  await expect(fixture.read((tx) => changeBulk(tx, bulkId, content(), fixture.admin.actor))).rejects.toThrow(
    'bulk-started',
  );
});

test('changes of a draft are audited, without names of customers', async () => {
  const { actor } = fixture.admin;
  await write(list(3));
  await fixture.read(async (tx) => {
    await createBulk(tx, bulkId, content(), actor); // repeated
    await changeBulk(tx, bulkId, content(), actor); // saved without a change
    await changeBulk(tx, bulkId, { ...content(), subject: 'Größere News' }, actor);
    await addRecipients(tx, bulkId, parseRecipientList(list(3)).listed, actor); // already in it
    await removeRecipients(tx, bulkId, 2, actor);
    await removeRecipients(tx, bulkId, 2, actor); // already removed
    await removeRecipients(tx, bulkId, null, actor);
  });
  const entries = await fixture.read((tx) =>
    tx.sql.selectFrom('auditEntry').select(['action', 'subject', 'before', 'after']).orderBy('id').execute(),
  );
  const { subject } = content();
  const recipients = (before: number, after: number, subject: string) => ({
    action: 'bulk.recipients-changed',
    subject,
    before: { recipients: before },
    after: { recipients: after },
  });
  expect(entries.filter(({ action }) => action.startsWith('bulk.'))).toEqual([
    { action: 'bulk.created', subject, before: null, after: { sender: 'support@acme.example', subject } },
    recipients(0, 3, subject),
    { action: 'bulk.changed', subject, before: { subject }, after: { subject: 'Größere News' } },
    recipients(3, 2, 'Größere News'),
    recipients(2, 0, 'Größere News'),
  ]);
});

test('what saves itself is put into the audit log once in a while, and whole when it starts', async () => {
  const { actor } = fixture.admin;
  const other = { ...actor, id: uuid(), name: 'Bo' };
  await write(list(1));
  const { subject } = content();
  const say = (html: string, who = actor) =>
    fixture.read((tx) => changeBulk(tx, bulkId, { ...content(), html }, who));
  await say('<p>Hello</p>');
  await say('<p>Hello a</p>');
  await say('<p>Hello b</p>', other);
  await say('<p>Hello all</p>');
  await order('start');
  const entries = await fixture.read((tx) =>
    tx.sql
      .selectFrom('auditEntry')
      .where('action', 'in', ['bulk.changed', 'bulk.start'])
      .select(['action', 'actorName', 'after'])
      .orderBy('id')
      .execute(),
  );
  expect(entries.map(({ action, actorName, after }) => [action, actorName, after])).toEqual([
    ['bulk.changed', actor.name, { html: '<p>Hello</p>' }],
    ['bulk.changed', 'Bo', { html: '<p>Hello b</p>' }],
    ['bulk.changed', actor.name, { html: '<p>Hello all</p>' }],
    ['bulk.start', actor.name, { subject, html: '<p>Hello all</p>' }],
  ]);
});

test('with the setting, card numbers of the text or the list are not sent', async () => {
  const card = '4111 1111 1111 1111';
  await fixture.read((tx) =>
    tx.sql
      .insertInto('instanceSetting')
      .values({ instanceId: fixture.instanceId, newConversationAfterDays: null, redactCards: true })
      .execute(),
  );
  await write(`email,name,order\nc@far.example,Cy,${card}`);
  await order('start');
  await slice();
  const message = await fixture.read((tx) =>
    tx.sql.selectFrom('message').select(['bodyText', 'bodyHtml', 'snippet']).executeTakeFirstOrThrow(),
  );
  expect(message.bodyText).toContain(`Your order ${redactionMark}1111 is`);
  expect(JSON.stringify(message)).not.toContain(card);
});

/** The newest message in Sent. */
async function newestSent() {
  const { simulator } = fixture.google;
  const [sent] = messagesWith(simulator, 'support@acme.example', { limit: 1, label: 'SENT' });
  const parsed = await parseMime(rawOf(simulator, 'support@acme.example', sent!.id));
  if (parsed.kind !== 'parsed') throw new Error(parsed.reason);
  return parsed;
}

test('an answer to a bulk message is ordinary mail and opens its conversation', async () => {
  await write('email,name,order\nana@far.example,Ana,1');
  await order('start');
  await slice();
  await sendAll();
  await fixture.sync();
  const messageId = (await newestSent()).messageId!;
  fixture.arrive({
    Subject: 'Re: News for Ana',
    'Message-ID': '<answer@far.example>',
    'In-Reply-To': messageId,
    References: messageId,
  });
  await fixture.sync();
  const rows = await fixture.read((tx) =>
    tx.sql
      .selectFrom('message')
      .innerJoin('conversation', 'conversation.id', 'message.conversationId')
      .select(['message.direction', 'message.kind', 'conversation.status', 'conversation.id'])
      .orderBy('message.sentAt')
      .execute(),
  );
  expect(rows.map(({ direction, kind, status }) => ({ direction, kind, status }))).toEqual([
    { direction: 'outbound', kind: 'ordinary', status: 'open' },
    { direction: 'inbound', kind: 'ordinary', status: 'open' },
  ]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
});
