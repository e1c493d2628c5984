import { setTimeout as sleep } from 'node:timers/promises';
import { databaseFailure } from '../../database/failure.ts';
import type { Database } from '../../database/instance-transaction.ts';
import type { Locks } from '../../database/session-locks.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { pollIntervals } from '../../mailboxes/poll-intervals.ts';
import { requestSync } from '../../mailboxes/request-sync.ts';
import { mayBeOfMessage } from '../fetch/message-failures.ts';
import type { ReceiveDeps } from '../fetch/receive.ts';
import type { Parser } from '../parse/parser.ts';
import { fullSync } from './full-sync.ts';
import { partialSync } from './partial-sync.ts';
import { readProfile } from './read-profile.ts';
import {
  advanceCursor,
  loadMailboxToSync,
  recordDiskFull,
  recordSyncFailure,
  recordSyncSuccess,
  type SyncBatch,
  type SyncedMailbox,
} from './sync-state.ts';
import { syncLock, type TakenMailbox } from './take-looks.ts';

export type SyncDeps = {
  database: Database;
  locks: Locks;
  gmail: GmailAccess;
  parser: Parser;
  /** Waits after a 404 in milliseconds (fetch-message.ts). */
  notFoundWaits?: number[];
};

/**
 * Syncs a mailbox from its cursor. Every trigger (notification, poll, user) ends here, at any time and any
 * number of times: one sync at a time holds the mailbox's lock; another only asks for one more, which the first
 * one checks after it released the lock.
 */
export async function syncMailbox(
  deps: SyncDeps,
  mailboxRef: MailboxRef,
  signal: AbortSignal,
): Promise<void> {
  await runSync(deps, mailboxRef, signal);
}

/**
 * Looks at a mailbox that is taken and locked (take-looks.ts). `idle`: nothing was new and nothing is written, so the
 * caller writes when it is due again.
 */
export async function syncTaken(
  deps: SyncDeps,
  taken: TakenMailbox,
  signal: AbortSignal,
): Promise<'idle' | 'read' | 'stopped'> {
  const { instanceId, mailboxId } = taken;
  return syncAllBatches(deps, { instanceId, mailboxId }, signal, taken);
}

/**
 * Syncs a mailbox until nothing is left, waiting for another sync of it to end. False if that was not
 * possible: Google failed, the mailbox is disconnected or waits after a failure, or the signal aborted.
 */
export async function syncToEnd(
  deps: SyncDeps,
  mailboxRef: MailboxRef,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const outcome = await runSync(deps, mailboxRef, signal);
    if (outcome !== 'busy' || signal.aborted) return outcome === 'read' && !signal.aborted;
    await sleep(1_000, undefined, { signal }).catch(() => {});
  }
}

async function runSync(
  deps: SyncDeps,
  mailboxRef: MailboxRef,
  signal: AbortSignal,
): Promise<'read' | 'stopped' | 'busy'> {
  for (;;) {
    const lockResult = await deps.locks.tryLock(syncLock(mailboxRef.mailboxId), (lockLost) =>
      syncAllBatches(deps, mailboxRef, AbortSignal.any([signal, lockLost])),
    );
    if (lockResult.kind === 'busy') {
      await deps.database.inInstance(mailboxRef.instanceId, (tx) => requestSync(tx, [mailboxRef.mailboxId]));
      // The other sync may have released the lock before it could see the request.
      const retryResult = await deps.locks.tryLock(syncLock(mailboxRef.mailboxId), async () => {});
      if (retryResult.kind === 'busy') return 'busy';
      continue;
    }
    if (lockResult.result === 'stopped') return 'stopped';
    if (signal.aborted || !(await isSyncRequested(deps.database, mailboxRef))) return 'read';
  }
}

async function syncAllBatches(
  deps: SyncDeps,
  mailboxRef: MailboxRef,
  signal: AbortSignal,
  taken?: TakenMailbox,
): Promise<'idle' | 'read' | 'stopped'> {
  const startedAt = new Date();
  let stored = 0;
  let profileCheckAt = new Date(0);
  for (let pages = 0; ; pages += 1) {
    const isFirst = pages === 0;
    const mailbox = isFirst && taken ? taken : await loadMailboxToSync(deps.database, mailboxRef, startedAt);
    if (!mailbox) return 'stopped';
    // Read with an earlier page; it is written at the end.
    if (profileCheckAt > mailbox.profileCheckAt) mailbox.profileCheckAt = profileCheckAt;
    // After the first page it is a backlog, which leaves quota units to sends.
    const gmail = deps.gmail(mailboxRef, {
      priority: isFirst ? 'live' : 'backlog',
      signal,
      grant: (isFirst && taken?.grant) || undefined,
    });
    const batch = await syncOneBatch({ ...deps, gmail, signal }, mailbox).catch(async (error) => {
      if (databaseFailure(error) === 'disk-full')
        await recordDiskFull(deps.database, mailboxRef, startedAt).catch(() => {});
      throw error;
    });
    if (batch.kind !== 'ok') {
      const madeProgress = stored + (batch.stored ?? 0) > 0;
      if (!signal.aborted)
        await recordSyncFailure(deps.database, mailboxRef, batch, { startedAt, madeProgress });
      return 'stopped';
    }
    stored += batch.stored;
    profileCheckAt = mailbox.profileCheckAt;
    const { more, readTo } = batch;
    const isIdle = !more && isFirst && stored === 0 && taken && !isTroubled(taken);
    if ((more || isIdle) && readTo) await advanceCursor(deps.database, mailbox, readTo);
    if (more) continue;
    if (isIdle) return 'idle';
    await recordSyncSuccess(deps.database, mailbox, { startedAt, foundMessages: stored > 0, readTo });
    return 'read';
  }
}

/** Whether the end of a sync has more to change than when the mailbox is due again. */
function isTroubled({ syncFailures, failingSince, troubleSince }: TakenMailbox): boolean {
  return syncFailures > 0 || failingSince !== null || troubleSince !== null;
}

async function syncOneBatch(deps: ReceiveDeps, mailbox: SyncedMailbox): Promise<SyncBatch> {
  if (mailbox.profileCheckAt <= new Date()) {
    const profile = await readProfile(deps, mailbox);
    if (profile.kind !== 'ok') return profile;
    mailbox.profileCheckAt = new Date(Date.now() + pollIntervals(mailbox.connectedMailboxes).profile);
    // An answer of the history that only repeats the cursor would not show that the cursor is ahead.
    if (BigInt(profile.value.historyId) < BigInt(mailbox.cursor)) return fullSync(deps, mailbox);
  }
  const batch = await partialSync(deps, mailbox);
  return batch.kind === 'history-expired' || refusesHistory(batch, mailbox.failingSince)
    ? fullSync(deps, mailbox)
    : batch;
}

/** How long the history is asked for while Gmail answers it with errors (ms). */
const historyPatienceMs = 10 * 60_000;

/**
 * Whether the mailbox is listed instead of its history: Gmail refuses the cursor, or has answered with errors for
 * ten minutes, perhaps to this history only. In an outage the list fails as well.
 */
function refusesHistory(batch: SyncBatch, failingSince: Date | null): boolean {
  if (batch.kind === 'ok' || batch.held || !mayBeOfMessage(batch, null)) return false;
  return (
    batch.kind === 'refused' ||
    (failingSince !== null && Date.now() - failingSince.getTime() >= historyPatienceMs)
  );
}

async function isSyncRequested(database: Database, { instanceId, mailboxId }: MailboxRef): Promise<boolean> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', mailboxId).select('syncRequested').executeTakeFirst(),
  );
  return row?.syncRequested ?? false;
}
