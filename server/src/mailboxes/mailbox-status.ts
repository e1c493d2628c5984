import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { allowanceOf } from './daily-allowance.ts';
import { areNotificationsReliable } from './notification-health.ts';
import { pollIntervals } from './poll-intervals.ts';

/** The current state of a mailbox, beyond what the list shows. */
export type MailboxStatus = {
  /** When an admin last signed in to it at Google; null if no tokens are stored. */
  authorisedAt: Date | null;
  /**
   * `current`: everything at Gmail had been synced at `syncedAt`. `delayed`: a sync is running or due.
   * `waiting`: Google failed and is asked again at `retryAt`.
   */
  receiving: 'current' | 'delayed' | 'waiting';
  syncedAt: Date | null;
  /** How often it is looked at while there is no news (s): the more mailboxes a deployment has, the less often. */
  lookEverySeconds: number;
  retryAt: Date | null;
  lastSentAt: Date | null;
  /** Gmail's watch of the mailbox; null if there is none, or it has expired. */
  watch: { renewedAt: Date | null; expiresAt: Date } | null;
  /** Messages that are at Gmail and could not be fetched. */
  unfetched: number;
  /** Outbound messages that are not sent: due soon, held until the mailbox is reconnected, or scheduled. */
  pendingDeliveries: { sending: number; held: number; scheduled: number };
  /** Google's limit for 24 hours; `limitedUntil` while Google accepts no message. */
  allowance: { limit: number; sent: number; remaining: number; limitedUntil: Date | null };
};

/** The current state of a mailbox; null if it is deleted or does not exist. */
export async function mailboxStatus(
  tx: InstanceTransaction,
  mailboxId: string,
  now: Date,
): Promise<MailboxStatus | null> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .leftJoin('mailboxGrant', (join) =>
      join
        .onRef('mailboxGrant.instanceId', '=', 'mailbox.instanceId')
        .onRef('mailboxGrant.mailboxId', '=', 'mailbox.id'),
    )
    .where('mailbox.id', '=', mailboxId)
    .where('mailbox.deletedAt', 'is', null)
    .select([
      'mailboxGrant.grantedAt',
      'mailbox.syncedAt',
      'mailbox.syncFailures',
      'mailbox.syncNotBefore',
      'mailbox.watchRenewedAt',
      'mailbox.watchExpiresAt',
      'mailbox.notifiedAt',
      'mailbox.notificationMissedAt',
      'mailbox.sendingLimitedUntil',
    ])
    .select((eb) => [
      eb.selectFrom('notificationHealth').select('connectedMailboxes').as('connectedMailboxes'),
      eb.selectFrom('notificationHealth').select('problem').as('problem'),
    ])
    .executeTakeFirst();
  if (!mailbox) return null;
  const { syncedAt, syncNotBefore, watchExpiresAt, sendingLimitedUntil } = mailbox;
  const isFailing = mailbox.syncFailures > 0;
  // A mailbox is looked at once in this time; after twice that it is delayed.
  const intervals = pollIntervals(mailbox.connectedMailboxes ?? 0);
  const currentForMs = 2 * intervals.notified;
  const lookEveryMs = areNotificationsReliable(mailbox, now) ? intervals.notified : intervals.idle;
  const isCurrent = syncedAt !== null && now.getTime() - syncedAt.getTime() < currentForMs;
  const { limit, sent } = await allowanceOf(tx, mailboxId, now);
  return {
    authorisedAt: mailbox.grantedAt,
    receiving: isFailing ? 'waiting' : isCurrent ? 'current' : 'delayed',
    syncedAt,
    lookEverySeconds: Math.round(lookEveryMs / 1_000),
    retryAt: isFailing ? syncNotBefore : null,
    lastSentAt: await lastSentAt(tx, mailboxId),
    watch:
      watchExpiresAt && watchExpiresAt > now
        ? { renewedAt: mailbox.watchRenewedAt, expiresAt: watchExpiresAt }
        : null,
    unfetched: await countUnfetched(tx, mailboxId),
    pendingDeliveries: await countPendingDeliveries(tx, mailboxId),
    allowance: {
      limit,
      sent,
      remaining: Math.max(0, limit - sent),
      limitedUntil: sendingLimitedUntil && sendingLimitedUntil > now ? sendingLimitedUntil : null,
    },
  };
}

async function lastSentAt(tx: InstanceTransaction, mailboxId: string): Promise<Date | null> {
  const last = await tx.sql
    .selectFrom('message')
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id'),
    )
    .where('message.mailboxId', '=', mailboxId)
    .where('message.direction', '=', 'outbound')
    .where((eb) => eb.or([eb('delivery.state', 'is', null), eb('delivery.state', '=', 'sent')]))
    .select(['message.sentAt', 'delivery.changedAt'])
    .orderBy('message.sentAt', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ? (last.changedAt ?? last.sentAt) : null;
}

async function countUnfetched(tx: InstanceTransaction, mailboxId: string): Promise<number> {
  const { count } = await tx.sql
    .selectFrom('unfetchedMessage')
    .where('mailboxId', '=', mailboxId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

async function countPendingDeliveries(
  tx: InstanceTransaction,
  mailboxId: string,
): Promise<MailboxStatus['pendingDeliveries']> {
  return tx.sql
    .selectFrom('delivery')
    .where('mailboxId', '=', mailboxId)
    .where('state', 'in', ['queued', 'sending', 'held'])
    .select(({ fn, eb, and }) => [
      fn
        .countAll<number>()
        .filterWhere(and([eb('state', '<>', 'held'), eb('scheduled', '=', false)]))
        .as('sending'),
      fn.countAll<number>().filterWhere('state', '=', 'held').as('held'),
      fn
        .countAll<number>()
        .filterWhere(and([eb('state', '<>', 'held'), eb('scheduled', '=', true)]))
        .as('scheduled'),
    ])
    .executeTakeFirstOrThrow();
}
