import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { type Disconnection, isTemporary } from '../google/disconnections.ts';
import { notifyAdmins } from '../notifications/notify.ts';
import type { Queue } from '../queue/queue.ts';
import { announceChange } from './announce-change.ts';
import { recordMailboxEvent } from './record-mailbox-event.ts';
import { requestSync } from './request-sync.ts';
import { untroubled } from './trouble.ts';

const minute = 60_000;
const hour = 60 * minute;
const firstRetryDelayMs = 10 * minute;

/**
 * Marks a mailbox disconnected (C11): the first reason and time are kept, one event is recorded, and each
 * admin is notified once. Does nothing if the mailbox was reconnected after `began`, the start of the failed
 * work. Returns whether it was connected until now.
 */
export async function markDisconnected(
  tx: InstanceTransaction,
  mailboxId: string,
  { code: reportedCode, startedAt, now }: { code: Disconnection; startedAt: Date; now: Date },
): Promise<boolean> {
  const grant = await tx.sql
    .selectFrom('mailboxGrant')
    .where('mailboxId', '=', mailboxId)
    .select('grantedAt')
    .executeTakeFirst();
  const code =
    grant && isTestingExpiry(reportedCode, grant.grantedAt, now) ? 'testing-expired' : reportedCode;
  const changed = await tx.sql
    .updateTable('mailbox')
    .set({
      ...untroubled,
      disconnectedAt: now,
      disconnectedCode: code,
      retryCount: 0,
      nextRetryAt: isTemporary(code) ? new Date(now.getTime() + firstRetryDelayMs) : null,
    })
    .where('id', '=', mailboxId)
    .where('disconnectedAt', 'is', null)
    .where('deletedAt', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('mailboxGrant')
            .whereRef('mailboxGrant.mailboxId', '=', 'mailbox.id')
            .where('grantedAt', '>', startedAt)
            .select('mailboxGrant.mailboxId'),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst();
  if (!changed) return false;
  await recordMailboxEvent(tx, mailboxId, 'disconnected', now);
  announceChange(tx, 'disconnected', mailboxId, code);
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  await notifyAdmins(tx, { kind: 'mailbox.disconnected', data: { mailboxId, code } }, now);
  return true;
}

/**
 * Marks a mailbox connected again because Google accepts its tokens again: notifies admins, releases held
 * messages and starts a sync. Does nothing if it was disconnected again after `began`, when Google was asked.
 */
export async function markConnected(
  tx: InstanceTransaction,
  mailboxId: string,
  { startedAt, now }: { startedAt: Date; now: Date },
  enqueue: Queue['enqueue'],
): Promise<boolean> {
  const changed = await tx.sql
    .updateTable('mailbox')
    .set({ ...connectedState, nextSyncAt: now, watchRenewAt: now })
    .where('id', '=', mailboxId)
    .where('disconnectedAt', '<=', startedAt)
    .where('deletedAt', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!changed) return false;
  await recordMailboxEvent(tx, mailboxId, 'reconnected', now);
  announceChange(tx, 'reconnected', mailboxId);
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  await notifyAdmins(tx, { kind: 'mailbox.connected', data: { mailboxId } }, now);
  const mailboxRef = { instanceId: tx.instanceId, mailboxId };
  await requestSync(tx, [mailboxId], now);
  await enqueue(tx, 'release-held', mailboxRef);
  return true;
}

/** The columns that are reset when a mailbox is connected again. */
export const connectedState = {
  disconnectedAt: null,
  disconnectedCode: null,
  nextRetryAt: null,
  retryCount: 0,
  syncNotBefore: null,
  syncFailures: 0,
  ...untroubled,
} as const;

/**
 * Makes the next call ask Google for a new access token, which shows whether the grant is still valid. The
 * old token is still used while Google cannot be reached (google/access-token.ts), so this does not
 * disconnect the mailbox by itself.
 */
export async function forceTokenRefresh(
  tx: InstanceTransaction,
  mailboxId: string,
  now: Date,
): Promise<void> {
  await tx.sql
    .updateTable('mailboxGrant')
    .set({
      accessTokenExpiresAt: sql<Date>`least(access_token_expires_at, ${new Date(now.getTime() + 2 * minute)})`,
    })
    .where('mailboxId', '=', mailboxId)
    .execute();
}

/**
 * Google expires refresh tokens of an app in Testing status after seven days (docs/gmail.md, section 1, case
 * 5). It names no reason, so the age is compared. The last access token lived an hour at most.
 */
function isTestingExpiry(code: Disconnection, grantedAt: Date, now: Date): boolean {
  const age = now.getTime() - grantedAt.getTime();
  return code === 'access-revoked' && Math.abs(age - 7 * 24 * hour) <= 2 * hour;
}
