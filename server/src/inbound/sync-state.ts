import type { Database } from '../database/bind.ts';
import type { Disconnection } from '../google/disconnections.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { markDisconnected } from '../mailboxes/connection-state.ts';
import { hears } from '../mailboxes/notification-health.ts';
import { backoff, missedNotification, nextPollDelay } from './poll-interval.ts';
import type { SyncedMailbox } from './sync-batch.ts';

/** The mailbox, if it is to be read now: connected, and not told to wait after a failure. */
export async function loadMailbox(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  now: Date,
): Promise<SyncedMailbox | null> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ syncWanted: false })
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
export async function noteSuccess(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  news: boolean,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const mailbox = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select(['connectedAt', 'lastMessageReceivedAt', 'watchExpiresAt', 'heardAt', 'missedAt'])
      .select((eb) => eb.selectFrom('hearing').select('problem').as('problem'))
      .executeTakeFirstOrThrow();
    const now = Date.now();
    const lastMessageAt = mailbox.lastMessageReceivedAt?.getTime() ?? null;
    const heardAt = mailbox.heardAt?.getTime() ?? null;
    const missedNow = missedNotification({ now, foundMessages: news, lastMessageAt, notifiedAt: heardAt });
    const lastNewsAt = Math.max(mailbox.connectedAt.getTime(), lastMessageAt ?? 0);
    const next = nextPollDelay({
      now,
      foundMessages: news,
      lastActivityAt: lastNewsAt,
      notificationsReliable: hears(mailbox, new Date(now)) && !missedNow,
      notifiedAt: heardAt,
    });
    await tx.sql
      .updateTable('mailbox')
      .set({
        syncFailures: 0,
        syncNotBefore: null,
        syncedAt: new Date(now),
        nextSyncAt: new Date(now + next),
        ...(missedNow && { missedAt: new Date(now) }),
      })
      .where('id', '=', mailboxId)
      .execute();
  });
}

/**
 * A disconnection is one only where Google said so; all else is waited out (C11), longer with each failure
 * in a row. A look that stored something before it failed begins a new row; Gmail's limits end no row.
 */
export async function noteFailure(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  failure: GoogleFailure,
  { began, progress }: { began: Date; progress: boolean },
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    if (failure.kind === 'disconnected') {
      const code: Disconnection = failure.code;
      await markDisconnected(tx, mailboxId, { code, began, now: new Date() });
      return;
    }
    const { syncFailures: before } = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select('syncFailures')
      .executeTakeFirstOrThrow();
    const syncFailures = progress && failure.kind === 'retry' ? 0 : before;
    const asked = 'after' in failure ? failure.after : null;
    const until = new Date(Date.now() + backoff(syncFailures, asked));
    await tx.sql
      .updateTable('mailbox')
      .set({ syncFailures: syncFailures + 1, syncNotBefore: until, nextSyncAt: until })
      .where('id', '=', mailboxId)
      .execute();
  });
}
