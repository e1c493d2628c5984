import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Disconnection } from '../google/disconnections.ts';
import type { SecurityEventToken } from '../google/security-events.ts';
import { endSessionsOnEvent } from '../identities/end-sessions-on-event.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { forceTokenRefresh, markDisconnected } from './connection-state.ts';
import { recordTestEvent } from './event-stream-registration.ts';
import { type GrantedMailbox, mailboxesOf } from './google-accounts.ts';
import { requestSync } from './request-sync.ts';

type SecurityEvent = SecurityEventToken['events'][number];
type Action = (tx: InstanceTransaction, mailboxId: string) => Promise<unknown>;

/** Longer than Google retries an event. */
const retentionMs = 30 * 24 * 3_600_000;

/**
 * Handles a verified security event of Google, for the account's mailboxes in any instance and the sessions of the
 * person who signs in with it. Each event (`jti`) is handled once, and one older than the present access or session is
 * ignored. Returns how many mailboxes and people it concerned; null for a repetition.
 */
export async function handleSecurityEvent(
  { deployment, database, google }: Pick<ConnectionDeps, 'deployment' | 'database' | 'google'>,
  { jti, issuedAt, events }: SecurityEventToken,
  now: Date,
): Promise<{ mailboxes: number; people: number } | null> {
  const { sql } = deployment;
  const handled = await sql
    .selectFrom('securityEvent')
    .where('jti', '=', jti)
    .select('jti')
    .executeTakeFirst();
  if (handled) return null;
  const { issuer } = google.addresses;
  const affectedCounts = { mailboxes: 0, people: 0 };
  for (const event of events) {
    if (event.kind === 'verification' && event.state !== null) {
      await recordTestEvent(deployment, event.state, now);
    }
    if (event.subject.kind === 'unknown') continue;
    const mailboxes = await mailboxesOf(deployment, event.subject);
    const affected = mailboxes.filter(({ grantedAt }) => grantedAt <= issuedAt);
    const action = actionFor(event, affected, { issuedAt, now });
    affectedCounts.mailboxes += affected.length;
    for (const { instanceId, mailboxId } of action ? affected : []) {
      await database.inInstance(instanceId, (tx) => action!(tx, mailboxId));
    }
    if (event.subject.kind === 'account') {
      const about = { issuer, sub: event.subject.sub, kind: event.kind, issuedAt };
      affectedCounts.people += await endSessionsOnEvent({ deployment, database }, about);
    }
  }
  // Last: after a crash before this line the event is handled again, which changes nothing.
  await sql
    .insertInto('securityEvent')
    .values({ jti })
    .onConflict((one) => one.doNothing())
    .execute();
  await sql
    .deleteFrom('securityEvent')
    .where('receivedAt', '<', new Date(now.getTime() - retentionMs))
    .execute();
  return affectedCounts;
}

function actionFor(
  { kind, reason }: SecurityEvent,
  affected: GrantedMailbox[],
  { issuedAt, now }: { issuedAt: Date; now: Date },
): Action | null {
  const disconnect =
    (code: Disconnection): Action =>
    (tx, mailboxId) =>
      markDisconnected(tx, mailboxId, { code, startedAt: issuedAt, now });
  const refreshAndSync: Action = (tx, mailboxId) => syncNow(tx, mailboxId, now);
  switch (kind) {
    case 'tokens-revoked':
      return disconnect('access-revoked');
    case 'token-revoked':
      // Several tokens may have this prefix: then Google is asked which one was revoked.
      return affected.length > 1 ? refreshAndSync : disconnect('access-revoked');
    case 'account-disabled':
      return disconnect(reason === 'hijacking' ? 'account-hijacked' : 'account-disabled');
    case 'account-enabled':
      return (tx, mailboxId) => retryNow(tx, mailboxId, now);
    case 'sessions-revoked':
    case 'account-credential-change-required':
      return refreshAndSync;
    default:
      return null;
  }
}

async function syncNow(tx: InstanceTransaction, mailboxId: string, now: Date): Promise<void> {
  await forceTokenRefresh(tx, mailboxId, now);
  await requestSync(tx, [mailboxId], now);
}

/** Makes the next tick retry a disconnected mailbox (retry-disconnected.ts), whatever the cause. */
async function retryNow(tx: InstanceTransaction, mailboxId: string, now: Date): Promise<void> {
  await tx.sql
    .updateTable('mailbox')
    .set({ nextRetryAt: now })
    .where('id', '=', mailboxId)
    .where('disconnectedAt', 'is not', null)
    .execute();
}
