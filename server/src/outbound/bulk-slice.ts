import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { allowanceOf } from '../bulk/allowance.ts';
import { findUnsubscribed, recordBulkChanged } from '../bulk/bulk-drafts.ts';
import { bulkMessage } from '../bulk/bulk-views.ts';
import { escapeForHtml, mailMerge, toSingleLine } from '../bulk/mail-merge.ts';
import { unsubscribePath } from '../bulk/unsubscribe.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import type { NameAndAddress } from '../database/schema.ts';
import { cardNumberFilter } from '../drafts/card-number-filter.ts';
import { recordEvent } from '../events/record-event.ts';
import { textFromHtml } from '../mail/html/text-from-html.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';
import { snippetOf } from '../mail/mime/snippet.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';

/** So many are written at a time, this far apart: half of what Gmail's quota lets a mailbox send. */
const sliceSize = 10;
const sliceIntervalMs = 20_000;
/** While the allowance is used up or the address is disconnected it is looked at again after this long. */
const postponeMs = 10 * 60_000;
/** Above this share of final bounces, once so many were sent, it stops by itself. */
const maxBounceRate = 0.05;
const minSentForBounceRate = 20;

/** Takes the bulk messages whose next slice is due: of several processes that ask, one gets each. */
export async function takeDueBulk(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; bulkId: string }>> {
  return deployment.sql
    .updateTable('bulkMessage')
    .set({ nextSliceAt: new Date(now.getTime() + sliceIntervalMs) })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('bulkMessage')
        .where('state', '=', 'sending')
        .where('nextSliceAt', '<=', now)
        .select('id')
        .orderBy('nextSliceAt')
        .limit(20)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['instanceId', 'id as bulkId'])
    .execute();
}

/**
 * Writes the next messages of a bulk message, or ends, stops or puts it off. All in one transaction, so
 * that a restart neither skips nor repeats anybody.
 */
export async function writeSlice(
  { database, enqueue, url }: { database: Database; enqueue: Queue['enqueue']; url: string },
  { instanceId, bulkId }: { instanceId: string; bulkId: string },
  now: Date,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const bulk = await tx.sql
      .selectFrom('bulkMessage')
      .where('id', '=', bulkId)
      .where('state', '=', 'sending')
      .selectAll()
      .forUpdate()
      .executeTakeFirst();
    if (!bulk) return;
    const mailbox = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', bulk.mailboxId)
      .selectAll()
      .executeTakeFirstOrThrow();
    const { counts } = await bulkMessage(tx, bulkId);
    const finish = async (values: { state: 'done' | 'stopped'; problem: StoredProblem | null }) => {
      const problem = values.problem && JSON.stringify(values.problem);
      await tx.sql
        .updateTable('bulkMessage')
        .set({ ...values, problem, ...(values.state === 'done' && { finishedAt: now }) })
        .where('id', '=', bulkId)
        .execute();
      recordBulkChanged(tx, bulkId);
    };
    const postpone = async (problem: StoredProblem) => {
      await tx.sql
        .updateTable('bulkMessage')
        .set({ problem: JSON.stringify(problem), nextSliceAt: new Date(now.getTime() + postponeMs) })
        .where('id', '=', bulkId)
        .execute();
      recordBulkChanged(tx, bulkId);
    };

    const { address } = mailbox;
    if (mailbox.deletedAt)
      return finish({ state: 'stopped', problem: storedProblem('bulk-mailbox-deleted', { address }) });
    if (await isAtLimit(tx, bulk.mailboxId, now)) {
      return finish({ state: 'stopped', problem: storedProblem('bulk-sending-limit', { address }) });
    }
    const delivered = counts.sent + counts.bounced;
    if (delivered >= minSentForBounceRate && counts.bounced > delivered * maxBounceRate) {
      const shares = { bounced: counts.bounced, sent: delivered };
      return finish({ state: 'stopped', problem: storedProblem('bulk-too-many-bounces', shares) });
    }
    if (counts.waiting === 0) {
      if (counts.sending === 0) await finish({ state: 'done', problem: null });
      return;
    }
    if (mailbox.disconnectedAt) return postpone(storedProblem('bulk-mailbox-disconnected', { address }));
    const { forBulk } = await allowanceOf(tx, bulk.mailboxId, now);
    if (forBulk === 0) return postpone(storedProblem('bulk-quota-used', { address }));
    const capacity = Math.min(sliceSize - counts.sending, forBulk);
    if (capacity <= 0) return;
    await writeNext(tx, bulk, mailbox, { capacity, url, now, enqueue });
    await tx.sql.updateTable('bulkMessage').set({ problem: null }).where('id', '=', bulkId).execute();
    recordBulkChanged(tx, bulkId);
  });
}

type Bulk = { id: string; mailboxId: string; authorId: string | null; subject: string; html: string };
type Mailbox = Parameters<typeof fromLine>[0] & { address: string };

async function writeNext(
  tx: InstanceTransaction,
  bulk: Bulk,
  mailbox: Mailbox,
  { capacity, url, now, enqueue }: { capacity: number; url: string; now: Date; enqueue: Queue['enqueue'] },
): Promise<void> {
  const next = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', bulk.id)
    .where('state', '=', 'waiting')
    .selectAll()
    .orderBy('position')
    .limit(capacity)
    .execute();
  const unsubscribed = await findUnsubscribed(
    tx,
    next.map(({ address }) => address),
  );
  const author = bulk.authorId
    ? await tx.sql
        .selectFrom('users')
        .where('id', '=', bulk.authorId)
        .select(['name', 'email'])
        .executeTakeFirst()
    : undefined;
  const { from } = fromLine(mailbox, author ?? { name: mailbox.displayName, email: mailbox.address });
  const filterCardNumbers = await cardNumberFilter(tx);
  const updateRecipient = (position: number, values: object) =>
    tx.sql
      .updateTable('bulkRecipient')
      .set(values)
      .where('bulkId', '=', bulk.id)
      .where('position', '=', position)
      .execute();
  for (const { position, address, name, fields, token } of next) {
    if (unsubscribed.has(address)) {
      await updateRecipient(position, {
        state: 'left-out',
        problem: JSON.stringify(storedProblem('recipient-unsubscribed')),
      });
      continue;
    }
    const to = { address, name };
    const filled = fillMessage(
      bulk,
      { ...to, fields, link: `${url}${unsubscribePath(token)}` },
      filterCardNumbers,
    );
    const messageId = await writeMessage(tx, bulk, { to, from, filled, now }, enqueue);
    await updateRecipient(position, { state: 'written', messageId });
  }
}

type FilledMessage = { subject: string; html: string; ownHtml: string };

/** What one customer gets: the fields filled, card numbers taken out, and the link to unsubscribe below. */
function fillMessage(
  bulk: Bulk,
  {
    address,
    name,
    fields,
    link,
  }: { address: string; name: string; fields: Record<string, string>; link: string },
  filterCardNumbers: Awaited<ReturnType<typeof cardNumberFilter>>,
): FilledMessage {
  const data = { name, email: address, fields };
  const { subject, html: ownHtml } = filterCardNumbers({
    subject: toSingleLine(mailMerge(bulk.subject, data, toSingleLine)),
    html: mailMerge(bulk.html, data, escapeForHtml),
  });
  const smallPrint = 'font-size:12px;color:#7b756d';
  return {
    subject,
    html: `${ownHtml}<p style="margin-top:24px;${smallPrint}"><a href="${link}" style="${smallPrint}">Unsubscribe</a></p>`,
    ownHtml,
  };
}

/** Writes one message in a conversation of its own, and asks for its sending behind what agents send. */
async function writeMessage(
  tx: InstanceTransaction,
  bulk: Bulk,
  message: { to: NameAndAddress; from: NameAndAddress; filled: FilledMessage; now: Date },
  enqueue: Queue['enqueue'],
): Promise<string> {
  const { instanceId } = tx;
  const { mailboxId } = bulk;
  const { to, from, filled, now } = message;
  const { subject, html } = filled;
  const snippet = snippetOf(textFromHtml(filled.ownHtml));
  const conversationId = uuid();
  const messageId = uuid();
  await tx.sql
    .insertInto('conversation')
    .values({
      instanceId,
      id: conversationId,
      customerId: await findOrCreateCustomer(tx, to.address, to.name),
      mailboxId,
      subject,
      // Out of the way until somebody answers.
      status: 'done',
      snippet,
      lastDirection: 'outbound',
      lastMessageAt: now,
    })
    .execute();
  await tx.sql
    .insertInto('message')
    .values({
      instanceId,
      id: messageId,
      conversationId,
      mailboxId,
      direction: 'outbound',
      origin: 'postroom',
      authorId: bulk.authorId,
      fromName: from.name,
      fromAddress: from.address,
      recipients: JSON.stringify({ to: [to], cc: [], bcc: [], replyTo: [] }),
      subject,
      sentAt: now,
      bodyText: textFromHtml(html),
      bodyHtml: html,
      snippet,
    })
    .execute();
  await tx.sql
    .insertInto('participant')
    .values({ instanceId, conversationId, address: to.address })
    .execute();
  await tx.sql.insertInto('delivery').values({ instanceId, messageId, mailboxId, state: 'queued' }).execute();
  const data = { instanceId, messageId, mailboxId, conversationId, behind: true };
  await enqueue(tx, 'send', data, { lowPriority: true });
  recordEvent(tx, { type: 'message.stored', data: { conversationId, messageId, direction: 'outbound' } });
  return messageId;
}

/** Sends a bulk message to the one who writes it, as the customer at a position would get it. */
export async function testBulk(
  tx: InstanceTransaction,
  test: {
    bulkId: string;
    position: number;
    user: { id: string; name: string; email: string };
    url: string;
    now: Date;
  },
  enqueue: Queue['enqueue'],
): Promise<void> {
  const { user, now } = test;
  const bulk = await bulkMessage(tx, test.bulkId);
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', bulk.mailboxId)
    .selectAll()
    .executeTakeFirstOrThrow();
  const recipient = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', bulk.id)
    .select(['address', 'name', 'fields'])
    .orderBy('position')
    .offset(Math.max(0, test.position - 1))
    .limit(1)
    .executeTakeFirst();
  const example = recipient ?? { address: user.email, name: user.name, fields: {} };
  const bulkByTester = { ...bulk, authorId: user.id };
  const filled = fillMessage(bulkByTester, { ...example, link: test.url }, await cardNumberFilter(tx));
  const from = fromLine(mailbox, user).from;
  const to = { name: user.name, address: normalizeAddress(user.email) };
  await writeMessage(
    tx,
    bulkByTester,
    { to, from, filled: { ...filled, subject: `[Test] ${filled.subject}` }, now },
    enqueue,
  );
}

async function findOrCreateCustomer(tx: InstanceTransaction, address: string, name: string): Promise<string> {
  const { instanceId } = tx;
  const existing = await tx.sql
    .selectFrom('customerAddress')
    .where('address', '=', address)
    .select('customerId')
    .executeTakeFirst();
  if (existing) return existing.customerId;
  const id = uuid();
  await tx.sql
    .insertInto('customer')
    .values({ instanceId, id, name: name || address })
    .execute();
  await tx.sql.insertInto('customerAddress').values({ instanceId, address, customerId: id }).execute();
  return id;
}

/** Whether Google said that the mailbox has sent enough, to anybody, and its time has not come. */
async function isAtLimit(tx: InstanceTransaction, mailboxId: string, now: Date): Promise<boolean> {
  const row = await tx.sql
    .selectFrom('delivery')
    .where('mailboxId', '=', mailboxId)
    .where('state', '=', 'queued')
    .where(sql`problem ->> 'code'`, '=', 'sending-limit')
    .where('nextAttemptAt', '>', now)
    .select(sql<number>`1`.as('one'))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
