import type { InstanceTransaction } from '../database/bind.ts';
import type { Disconnection } from '../google/disconnections.ts';
import type { SecurityEventToken } from '../google/security-events.ts';
import type { Queue } from '../queue/queue.ts';
import type { ConnectingNeeds } from './connection-deps.ts';
import { askForNewToken, markDisconnected } from './connection-state.ts';
import { type GrantedMailbox, mailboxesOf } from './google-accounts.ts';

type SecurityEvent = SecurityEventToken['events'][number];
type Work = (tx: InstanceTransaction, mailboxId: string) => Promise<unknown>;

/** Longer than Google tries to deliver an event again. */
const rememberedFor = 30 * 24 * 3_600_000;

/**
 * Acts on a verified security event of Google's, in whichever instance the account's mailbox is. An
 * event is done once (`jti`), and one older than the present access says nothing about it. Answers
 * how many mailboxes it was about; null for a repetition.
 */
export async function actOnSecurityEvent(
  { deployment, database }: Pick<ConnectingNeeds, 'deployment' | 'database'>,
  { jti, issuedAt, events }: SecurityEventToken,
  now: Date,
  enqueue: Queue['enqueue'],
): Promise<number | null> {
  const { sql } = deployment;
  const known = await sql.selectFrom('securityEvent').where('jti', '=', jti).select('jti').executeTakeFirst();
  if (known) return null;
  let about = 0;
  for (const event of events) {
    if (event.subject.kind === 'unknown') continue;
    const mailboxes = await mailboxesOf(deployment, event.subject);
    const meant = mailboxes.filter(({ grantedAt }) => grantedAt <= issuedAt);
    const work = workFor(event, meant, { issuedAt, now, enqueue });
    about += meant.length;
    for (const { instanceId, mailboxId } of work ? meant : []) {
      await database.inInstance(instanceId, (tx) => work!(tx, mailboxId));
    }
  }
  // Last: a crash before it has the event done again, which changes nothing.
  await sql
    .insertInto('securityEvent')
    .values({ jti })
    .onConflict((one) => one.doNothing())
    .execute();
  await sql
    .deleteFrom('securityEvent')
    .where('receivedAt', '<', new Date(now.getTime() - rememberedFor))
    .execute();
  return about;
}

function workFor(
  { kind, reason }: SecurityEvent,
  meant: GrantedMailbox[],
  { issuedAt, now, enqueue }: { issuedAt: Date; now: Date; enqueue: Queue['enqueue'] },
): Work | null {
  const disconnect =
    (code: Disconnection): Work =>
    (tx, mailboxId) =>
      markDisconnected(tx, mailboxId, { code, began: issuedAt, now });
  const look: Work = (tx, mailboxId) => lookAtOnce(tx, mailboxId, now, enqueue);
  switch (kind) {
    case 'tokens-revoked':
      return disconnect('access-ended');
    case 'token-revoked':
      // The first characters of a token may be those of several: then Google is asked which it was.
      return meant.length > 1 ? look : disconnect('access-ended');
    case 'account-disabled':
      return disconnect(reason === 'hijacking' ? 'account-hijacked' : 'account-closed');
    case 'account-enabled':
      return (tx, mailboxId) => probeAtOnce(tx, mailboxId, now);
    case 'sessions-revoked':
    case 'account-credential-change-required':
      return look;
    default:
      return null;
  }
}

async function lookAtOnce(
  tx: InstanceTransaction,
  mailboxId: string,
  now: Date,
  enqueue: Queue['enqueue'],
): Promise<void> {
  await askForNewToken(tx, mailboxId, now);
  await enqueue(tx, 'sync', { instanceId: tx.instanceId, mailboxId });
}

/** Has a disconnected mailbox tried again with the next tick (heal.ts), whatever it was disconnected for. */
async function probeAtOnce(tx: InstanceTransaction, mailboxId: string, now: Date): Promise<void> {
  await tx.sql
    .updateTable('mailbox')
    .set({ nextProbeAt: now })
    .where('id', '=', mailboxId)
    .where('disconnectedAt', 'is not', null)
    .execute();
}
