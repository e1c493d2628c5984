import type { Database } from '../database/instance-transaction.ts';
import type { Disconnection } from '../google/disconnections.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { markDisconnected } from '../mailboxes/connection-state.ts';
import { areNotificationsReliable } from '../mailboxes/notification-health.ts';
import { backoff, missedNotification, nextPollDelay } from './poll-interval.ts';
import type { SyncedMailbox } from './sync-batch.ts';

/** The mailbox, if it is to be read now: connected, and not told to wait after a failure. */
export async function loadMailboxToSync(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  now: Date,
): Promise<SyncedMailbox | null> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ syncRequested: false })
      .where('id', '=', mailboxId)
      .where('deletedAt', 'is', null)
      .where('disconnectedAt', 'is', null)
      .where((eb) => eb.or([eb('syncNotBefore', 'is', null), eb('syncNotBefore', '<=', now)]))
      .returning(['cursor', 'connectedAt'])
      .executeTakeFirst(),
  );
  return row ? { instanceId, mailboxId, ...row } : null;
}

/** Everything there is has been read: when to look again, by what is heard of this mailbox. */
export async function recordSyncSuccess(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  foundMessages: boolean,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const mailbox = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select([
        'connectedAt',
        'lastMessageReceivedAt',
        'watchExpiresAt',
        'notifiedAt',
        'notificationMissedAt',
      ])
      .select((eb) => eb.selectFrom('notificationHealth').select('problem').as('problem'))
      .executeTakeFirstOrThrow();
    const now = Date.now();
    const lastMessageAt = mailbox.lastMessageReceivedAt?.getTime() ?? null;
    const notifiedAt = mailbox.notifiedAt?.getTime() ?? null;
    const missedNotificationNow = missedNotification({ now, foundMessages, lastMessageAt, notifiedAt });
    const lastActivityAt = Math.max(mailbox.connectedAt.getTime(), lastMessageAt ?? 0);
    const pollDelay = nextPollDelay({
      now,
      foundMessages,
      lastActivityAt,
      notificationsReliable: areNotificationsReliable(mailbox, new Date(now)) && !missedNotificationNow,
      notifiedAt,
    });
    await tx.sql
      .updateTable('mailbox')
      .set({
        syncFailures: 0,
        syncNotBefore: null,
        syncedAt: new Date(now),
        nextSyncAt: new Date(now + pollDelay),
        ...(missedNotificationNow && { notificationMissedAt: new Date(now) }),
      })
      .where('id', '=', mailboxId)
      .execute();
  });
}

/**
 * A disconnection is one only where Google said so; all else is waited out (C11), longer with each failure
 * in a row. A look that stored something before it failed begins a new row; Gmail's limits end no row.
 */
export async function recordSyncFailure(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  failure: GoogleFailure,
  { startedAt, madeProgress }: { startedAt: Date; madeProgress: boolean },
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    if (failure.kind === 'disconnected') {
      const code: Disconnection = failure.code;
      await markDisconnected(tx, mailboxId, { code, startedAt, now: new Date() });
      return;
    }
    const { syncFailures: failuresBefore } = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select('syncFailures')
      .executeTakeFirstOrThrow();
    const syncFailures = madeProgress && failure.kind === 'retry' ? 0 : failuresBefore;
    const requestedDelay = 'after' in failure ? failure.after : null;
    const retryAt = new Date(Date.now() + backoff(syncFailures, requestedDelay));
    await tx.sql
      .updateTable('mailbox')
      .set({ syncFailures: syncFailures + 1, syncNotBefore: retryAt, nextSyncAt: retryAt })
      .where('id', '=', mailboxId)
      .execute();
  });
}
