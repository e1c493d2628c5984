import { findUnsubscribed, recordBulkChanged } from '../../bulk/bulk-drafts.ts';
import { type BulkCounts, bulkMessage } from '../../bulk/bulk-views.ts';
import { fillBulkMessage } from '../../bulk/mail-merge.ts';
import { findOrCreateCustomers } from '../../customers/find-or-create-customers.ts';
import type { Deployment } from '../../database/connect.ts';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import { cardNumberFilter } from '../../drafts/card-number-filter.ts';
import { findAlias, isAccepted } from '../../mailboxes/aliases.ts';
import { allowanceOf } from '../../mailboxes/daily-allowance.ts';
import { fromLine } from '../../mailboxes/from-line.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import { bulkMessageIdOf, storeBulkMessage } from './bulk-message.ts';

/** Messages in a slice, and the time between slices: half of what Gmail's quota lets a mailbox send. */
const sliceSize = 10;
const sliceIntervalMs = 20_000;
/** How long to wait when the allowance is used up or the mailbox is disconnected. */
const postponeMs = 10 * 60_000;
/** A bulk message stops above this share of bounces, once this many messages were sent. */
const maxBounceRate = 0.05;
const minSentForBounceRate = 20;

/** Takes the bulk messages whose next slice is due. If several processes ask, each is given to one of them. */
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
 * Writes the next messages of a bulk message, or finishes, stops or postpones it (S6). One transaction, so
 * that a restart neither skips nor repeats a recipient.
 */
export async function writeSlice(
  { database, enqueue }: { database: Database; enqueue: Queue['enqueue'] },
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
    const step = await decideStep(tx, mailbox, { alias: bulk.alias, counts }, now);
    if (step.kind === 'wait') return;
    if (step.kind === 'write') await writeNext(tx, bulk, mailbox, { capacity: step.capacity, now, enqueue });
    const problem = 'problem' in step ? JSON.stringify(step.problem) : null;
    const values = {
      wait: {},
      write: {},
      finish: { state: 'done', finishedAt: now },
      stop: { state: 'stopped' },
      postpone: { nextSliceAt: new Date(now.getTime() + postponeMs) },
    } as const;
    await tx.sql
      .updateTable('bulkMessage')
      .set({ problem, ...values[step.kind] })
      .where('id', '=', bulkId)
      .execute();
    recordBulkChanged(tx, bulkId);
  });
}

type Step =
  | { kind: 'write'; capacity: number }
  | { kind: 'wait' | 'finish' }
  | { kind: 'stop' | 'postpone'; problem: StoredProblem };

/** What to do with a bulk message that is being sent. `wait`: messages written before are still being sent. */
async function decideStep(
  tx: InstanceTransaction,
  mailbox: Mailbox,
  { alias, counts }: { alias: string | null; counts: BulkCounts },
  now: Date,
): Promise<Step> {
  const { id, address, deletedAt, disconnectedAt, sendingLimitedUntil } = mailbox;
  if (deletedAt) return { kind: 'stop', problem: storedProblem('bulk-mailbox-deleted', { address }) };
  if (sendingLimitedUntil !== null && sendingLimitedUntil > now)
    return { kind: 'stop', problem: storedProblem('bulk-sending-limit', { address }) };
  const delivered = counts.sent + counts.bounced;
  if (delivered >= minSentForBounceRate && counts.bounced > delivered * maxBounceRate) {
    return {
      kind: 'stop',
      problem: storedProblem('bulk-too-many-bounces', { bounced: counts.bounced, sent: delivered }),
    };
  }
  if (counts.waiting === 0) return { kind: counts.sending === 0 ? 'finish' : 'wait' };
  if (alias !== null && !isAccepted(mailbox, alias))
    return { kind: 'stop', problem: storedProblem('alias-not-accepted', { alias, address }) };
  if (disconnectedAt)
    return { kind: 'postpone', problem: storedProblem('bulk-mailbox-disconnected', { address }) };
  const { forBulk } = await allowanceOf(tx, id, now);
  if (forBulk === 0) return { kind: 'postpone', problem: storedProblem('bulk-quota-used', { address }) };
  const capacity = Math.min(sliceSize - counts.sending, forBulk);
  return capacity > 0 ? { kind: 'write', capacity } : { kind: 'wait' };
}

type Bulk = {
  id: string;
  mailboxId: string;
  alias: string | null;
  authorId: string | null;
  subject: string;
  html: string;
  createdAt: Date;
};
type Mailbox = Parameters<typeof fromLine>[0] & {
  id: string;
  deletedAt: Date | null;
  disconnectedAt: Date | null;
  sendingLimitedUntil: Date | null;
};

/**
 * Writes the messages of the next recipients, at most `capacity`. Whoever unsubscribed since is skipped, and
 * so is whose message is stored already: the database is an older copy, and the sync found it in Sent (S8).
 */
async function writeNext(
  tx: InstanceTransaction,
  bulk: Bulk,
  mailbox: Mailbox,
  { capacity, now, enqueue }: { capacity: number; now: Date; enqueue: Queue['enqueue'] },
): Promise<void> {
  const next = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', bulk.id)
    .where('state', '=', 'waiting')
    .selectAll()
    .orderBy('position')
    .limit(capacity)
    .execute();
  const addresses = next.map(({ address }) => address);
  const unsubscribed = await findUnsubscribed(tx, addresses);
  const idOf = (address: string) => bulkMessageIdOf(bulk.id, address);
  const sentBefore = await recordSentBefore(tx, bulk.mailboxId, addresses.map(idOf), now);
  const author = bulk.authorId
    ? await tx.sql
        .selectFrom('users')
        .where('id', '=', bulk.authorId)
        .select(['name', 'email'])
        .executeTakeFirst()
    : undefined;
  const { from } = fromLine(
    mailbox,
    author ?? { name: mailbox.displayName, email: mailbox.address },
    await findAlias(tx, mailbox, bulk.alias),
  );
  const filterCardNumbers = await cardNumberFilter(tx);
  const updateRecipient = (position: number, values: object) =>
    tx.sql
      .updateTable('bulkRecipient')
      .set(values)
      .where('bulkId', '=', bulk.id)
      .where('position', '=', position)
      .execute();
  const customerIds = await findOrCreateCustomers(
    tx,
    next.filter(({ address }) => !unsubscribed.has(address)).map(({ address, name }) => ({ address, name })),
  );
  for (const { position, address, name, fields } of next) {
    if (unsubscribed.has(address)) {
      await updateRecipient(position, {
        state: 'skipped',
        problem: JSON.stringify(storedProblem('recipient-unsubscribed')),
      });
      continue;
    }
    const id = idOf(address);
    if (!sentBefore.has(id)) {
      await storeBulkMessage(
        tx,
        {
          id,
          mailboxId: bulk.mailboxId,
          alias: bulk.alias,
          authorId: bulk.authorId,
          from,
          to: { address, name },
          customerId: customerIds.get(address)!,
          content: fillBulkMessage(bulk, { address, name, fields }, filterCardNumbers),
          writtenAt: bulk.createdAt,
          now,
        },
        enqueue,
      );
    }
    await updateRecipient(position, { state: 'written', messageId: id });
  }
}

/** Makes those of these messages that the sync found in Sent what they were; returns their ids. */
async function recordSentBefore(
  { instanceId, sql: db }: InstanceTransaction,
  mailboxId: string,
  messageIds: string[],
  now: Date,
): Promise<Set<string>> {
  const stored = await db
    .selectFrom('message')
    .innerJoin('gmailMessage', 'gmailMessage.messageId', 'message.id')
    .where('message.id', 'in', messageIds)
    .where('gmailMessage.mailboxId', '=', mailboxId)
    .select(['message.id', 'message.conversationId', 'gmailMessage.gmailId'])
    .execute();
  if (stored.length > 0) {
    await db
      .insertInto('delivery')
      .values(
        stored.map(({ id: messageId, gmailId }) => ({
          instanceId,
          messageId,
          mailboxId,
          gmailId,
          state: 'sent' as const,
          sendAfter: now,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    // As when they were written: not in the inbox until the customer replies.
    const ids = stored.map(({ conversationId }) => conversationId);
    await db
      .updateTable('conversation')
      .set({ status: 'done', doneAt: now })
      .where('id', 'in', ids)
      .where('lastInboundAt', 'is', null)
      .execute();
  }
  return new Set(stored.map(({ id }) => id));
}
