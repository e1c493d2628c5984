import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { type Disconnection, isTemporary } from '../google/disconnections.ts';
import { listHistory } from '../google/history.ts';
import type { Queue } from '../queue/queue.ts';
import { forceTokenRefresh, markConnected } from './connection-state.ts';
import type { GmailAccess } from './gmail-access.ts';
import type { MailboxRef } from './mailbox-ref.ts';

/**
 * Takes the disconnected mailboxes that are due for a retry: 10, 20 and 40 minutes after the disconnection,
 * then hourly. Of several processes, one takes each.
 */
export async function takeDueRetries(deployment: Deployment, now: Date, limit = 50): Promise<MailboxRef[]> {
  return deployment.sql
    .updateTable('mailbox')
    .set({
      retryCount: (eb) => eb('retryCount', '+', 1),
      nextRetryAt: sql<Date>`${now}::timestamptz + least(power(2, retry_count + 1) * 10, 60) * interval '1 minute'`,
    })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('mailbox')
        .where('deletedAt', 'is', null)
        .where('disconnectedAt', 'is not', null)
        .where('nextRetryAt', '<=', now)
        .select('id')
        .orderBy('nextRetryAt')
        .limit(limit)
        .forNoKeyUpdate()
        .skipLocked(),
    )
    .returning(['instanceId', 'id as mailboxId'])
    .execute();
}

/**
 * Asks Gmail whether a disconnected mailbox can be synced again, with the first call of a sync. If so, it is
 * connected again. A different cause replaces the stored one: a token that became invalid is not tried again.
 */
export async function retryConnection(
  { database, gmail, enqueue }: { database: Database; gmail: GmailAccess; enqueue: Queue['enqueue'] },
  { instanceId, mailboxId }: MailboxRef,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = new Date();
  const mailbox = await database.inInstance(instanceId, async (tx) => {
    await forceTokenRefresh(tx, mailboxId, startedAt);
    return tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .where('disconnectedAt', 'is not', null)
      .select(['cursor', 'disconnectedCode'])
      .executeTakeFirst();
  });
  if (!mailbox) return;
  const client = gmail({ instanceId, mailboxId }, { priority: 'live', signal });
  const answer = await listHistory(client, { startHistoryId: mailbox.cursor });
  if (answer.kind === 'ok' || answer.kind === 'history-expired') {
    await database.inInstance(instanceId, (tx) =>
      markConnected(tx, mailboxId, { startedAt, now: new Date() }, enqueue),
    );
  } else if (answer.kind === 'disconnected' && answer.code !== mailbox.disconnectedCode) {
    await changeDisconnectionCode(database, { instanceId, mailboxId }, answer.code, startedAt);
  }
}

async function changeDisconnectionCode(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  code: Disconnection,
  startedAt: Date,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const changed = await tx.sql
      .updateTable('mailbox')
      .set({ disconnectedCode: code, ...(!isTemporary(code) && { nextRetryAt: null }) })
      .where('id', '=', mailboxId)
      .where('disconnectedAt', '<=', startedAt)
      .returning('id')
      .executeTakeFirst();
    if (changed) recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}
