import { sql } from 'kysely';
import type { Database } from '../database/bind.ts';
import type { Deployment } from '../database/connect.ts';
import { record } from '../events/record.ts';
import { type Disconnection, mayPass } from '../google/disconnections.ts';
import { listHistory } from '../google/history.ts';
import type { Queue } from '../queue/queue.ts';
import { askForNewToken, markConnected } from './connection-state.ts';
import type { GmailAccess } from './gmail-access.ts';

/**
 * Takes the disconnected mailboxes that are to be tried again: ten minutes after they were
 * disconnected, then after 20 and 40, then every hour. Of several processes one gets each.
 */
export async function takeDueProbes(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; mailboxId: string }>> {
  return deployment.sql
    .updateTable('mailbox')
    .set({
      probes: (eb) => eb('probes', '+', 1),
      nextProbeAt: sql<Date>`${now}::timestamptz + least(power(2, probes + 1) * 10, 60) * interval '1 minute'`,
    })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('mailbox')
        .where('deletedAt', 'is', null)
        .where('disconnectedAt', 'is not', null)
        .where('nextProbeAt', '<=', now)
        .select('id')
        .orderBy('nextProbeAt')
        .limit(50)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['instanceId', 'id as mailboxId'])
    .execute();
}

/**
 * Asks Gmail whether a disconnected mailbox may be read again, with the question a sync begins with.
 * Where it may, it is connected by itself. Another cause takes the place of the one shown: a token
 * that died meanwhile is not tried again.
 */
export async function probe(
  { database, gmail, enqueue }: { database: Database; gmail: GmailAccess; enqueue: Queue['enqueue'] },
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<void> {
  const began = new Date();
  const mailbox = await database.inInstance(instanceId, async (tx) => {
    await askForNewToken(tx, mailboxId, began);
    return tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .where('disconnectedAt', 'is not', null)
      .select(['cursor', 'disconnectedCode'])
      .executeTakeFirst();
  });
  if (!mailbox) return;
  const opened = gmail({ instanceId, mailboxId }, { priority: 'live', signal });
  const answer = await listHistory(opened, { startHistoryId: mailbox.cursor });
  if (answer.kind === 'ok' || answer.kind === 'history-expired') {
    await database.inInstance(instanceId, (tx) =>
      markConnected(tx, mailboxId, { began, now: new Date() }, enqueue),
    );
  } else if (answer.kind === 'disconnected' && answer.code !== mailbox.disconnectedCode) {
    await changeCause(database, { instanceId, mailboxId }, answer.code, began);
  }
}

async function changeCause(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  code: Disconnection,
  began: Date,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const changed = await tx.sql
      .updateTable('mailbox')
      .set({ disconnectedCode: code, ...(!mayPass(code) && { nextProbeAt: null }) })
      .where('id', '=', mailboxId)
      .where('disconnectedAt', '<=', began)
      .returning('id')
      .executeTakeFirst();
    if (changed) record(tx, { type: 'mailbox.changed', data: { mailboxId } });
  });
}
