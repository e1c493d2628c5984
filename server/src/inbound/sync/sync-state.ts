import { sql } from 'kysely';
import { backoff } from '../../backoff.ts';
import type { Deployment } from '../../database/connect.ts';
import { type Database, runInInstance } from '../../database/instance-transaction.ts';
import { prepared } from '../../database/prepared-statements.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { Disconnection } from '../../google/disconnections.ts';
import { readingProblem } from '../../google/failure-problem.ts';
import { markDisconnected } from '../../mailboxes/connection-state.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { areNotificationsReliable } from '../../mailboxes/notification-health.ts';
import { recordFailing, untroubled } from '../../mailboxes/trouble.ts';
import { storedProblem } from '../../problems.ts';
import type { ReceiveFailure } from '../fetch/receive.ts';
import { missedNotification, nextPollDelay } from './poll-interval.ts';

/** What syncing a mailbox needs to know of it. */
export type SyncedMailbox = {
  instanceId: string;
  mailboxId: string;
  /** Everything up to this history id is stored; a decimal string. */
  cursor: string;
  connectedAt: Date;
  /** Whether what happens to stored messages in Gmail is followed (G2). */
  twoWay: boolean;
  /** Since when all its syncs fail; null if the last one did not. */
  failingSince: Date | null;
  /** When its address and history id are next compared with Gmail's. */
  profileCheckAt: Date;
  /** Its address when it was loaded; a renamed account has another at Gmail. */
  address: string;
  /** How many mailboxes are connected in the deployment. */
  connectedMailboxes: number;
};

/**
 * One step of a sync: how many messages were stored, whether there is more to read at once, and the history id up to
 * which everything is stored; null if the cursor is moved already.
 */
export type SyncBatch = { kind: 'ok'; stored: number; more: boolean; readTo: string | null } | ReceiveFailure;

/** The mailbox, if it may be synced now: it is connected, and no delay after a failure is running. */
export async function loadMailboxToSync(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  now: Date,
): Promise<SyncedMailbox | null> {
  const [[row]] = await runInInstance(database, instanceId, [startSync.with({ mailboxId, now })]);
  if (!row) return null;
  const { mailboxes, ...mailbox } = row;
  return { instanceId, mailboxId, ...mailbox, connectedMailboxes: mailboxes ?? 0 };
}

const startSync = prepared((db, { mailboxId, now }: { mailboxId: string; now: Date }) =>
  db
    .updateTable('mailbox')
    .set({ syncRequested: false })
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .where((eb) => eb.or([eb('syncNotBefore', 'is', null), eb('syncNotBefore', '<=', now)]))
    .returning(['cursor', 'connectedAt', 'failingSince', 'profileCheckAt', 'twoWay', 'address'])
    .returning((eb) => eb.selectFrom('notificationHealth').select('connectedMailboxes').as('mailboxes')),
);

/** Moves a mailbox's cursor forward; never back, even if another process has moved it meanwhile. */
export async function advanceCursor(
  database: Database,
  { instanceId, mailboxId, cursor }: { instanceId: string; mailboxId: string; cursor: string },
  to: string,
): Promise<void> {
  if (BigInt(to) <= BigInt(cursor)) return;
  await runInInstance(database, instanceId, [moveCursor.with({ mailboxId, to })]);
}

const moveCursor = prepared((db, { mailboxId, to }: { mailboxId: string; to: string }) =>
  db.updateTable('mailbox').set({ cursor: to }).where('id', '=', mailboxId).where('cursor', '<', to),
);

/**
 * Sets a mailbox's cursor after a full sync, to a smaller one as well: Gmail's history ids are smaller than ours
 * after a restore. Does nothing if another process has moved the cursor meanwhile.
 */
export async function replaceCursor(
  database: Database,
  { instanceId, mailboxId, cursor }: { instanceId: string; mailboxId: string; cursor: string },
  to: string,
): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ cursor: to })
      .where('id', '=', mailboxId)
      .where('cursor', '=', cursor)
      .execute(),
  );
}

/** Notes how many mailboxes are connected, by which the time between two looks is set (poll-interval.ts). */
export async function countMailboxes(deployment: Deployment): Promise<void> {
  await sql`
    update notification_health set connected_mailboxes = counted.mailboxes
    from (select count(*)::int as mailboxes from mailbox where deleted_at is null and disconnected_at is null) counted
    where connected_mailboxes is distinct from counted.mailboxes`.execute(deployment.sql);
}

/**
 * Everything up to `readTo` is stored (null: the cursor stays): moves the cursor, never back, and sets when the mailbox
 * is polled next, by how reliable its notifications are.
 */
export async function recordSyncSuccess(
  database: Database,
  { instanceId, mailboxId, profileCheckAt, connectedMailboxes }: SyncedMailbox,
  { startedAt, foundMessages, readTo }: { startedAt: Date; foundMessages: boolean; readTo: string | null },
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const [mailbox] = await mailboxRow(tx, { mailboxId });
    if (!mailbox) throw new Error('The mailbox does not exist');
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
      mailboxes: connectedMailboxes,
    });
    tx.withCommit.push(() =>
      setSynced.with({
        mailboxId,
        readTo: readTo ?? '0',
        startedAt,
        now: new Date(now),
        nextSyncAt: new Date(now + pollDelay),
        profileCheckAt,
        notificationMissedAt: missedNotificationNow ? new Date(now) : null,
      }),
    );
    if (mailbox.troubleSince) recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}

const mailboxRow = prepared((db, { mailboxId }: { mailboxId: string }) =>
  db
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .select([
      'connectedAt',
      'lastMessageReceivedAt',
      'watchExpiresAt',
      'notifiedAt',
      'notificationMissedAt',
      'troubleSince',
    ])
    .select((eb) => eb.selectFrom('notificationHealth').select('problem').as('problem')),
);

type Synced = {
  mailboxId: string;
  readTo: string;
  startedAt: Date;
  now: Date;
  nextSyncAt: Date;
  profileCheckAt: Date;
  notificationMissedAt: Date | null;
};

const setSynced = prepared(
  (db, { mailboxId, readTo, startedAt, now, nextSyncAt, profileCheckAt, notificationMissedAt }: Synced) =>
    db
      .updateTable('mailbox')
      .set({
        ...untroubled,
        syncFailures: 0,
        syncNotBefore: null,
        syncedAt: now,
        cursor: sql<string>`greatest(cursor, ${readTo}::numeric)`,
        // What was asked for meanwhile is not read yet.
        nextSyncAt: sql<Date>`case when sync_requested then ${now}::timestamptz else ${nextSyncAt}::timestamptz end`,
        unreadSince: sql<Date | null>`case when sync_requested then unread_since end`,
        // Asked for again meanwhile: it is still due.
        profileCheckAt: sql<Date>`case when profile_check_at <= ${startedAt}::timestamptz
          then ${profileCheckAt}::timestamptz else profile_check_at end`,
        notificationMissedAt: sql<Date | null>`coalesce(${notificationMissedAt}::timestamptz, notification_missed_at)`,
      })
      .where('id', '=', mailboxId),
);

/**
 * Only an answer of Google's disconnects a mailbox; after any other failure it is retried with growing
 * delay (C11). A sync that stored something before it failed starts again with the shortest delay, unless
 * it failed because of Gmail's limits. A failure of single messages is none of the mailbox's (R10).
 */
export async function recordSyncFailure(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  failure: ReceiveFailure,
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
    if (failure.held) return;
    const problem = readingProblem(failure);
    await recordFailing(tx, mailboxId, { startedAt, madeProgress, problem, now: new Date() });
  });
}

/**
 * A disk that is full is shown to the admins like an outage of Google's: nothing is read, and nobody else tells
 * them. Postgres often still has room for this row.
 */
export async function recordDiskFull(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  startedAt: Date,
): Promise<void> {
  const problem = storedProblem('disk-full');
  await database.inInstance(instanceId, (tx) =>
    recordFailing(tx, mailboxId, { startedAt, madeProgress: false, problem, now: new Date() }),
  );
}
