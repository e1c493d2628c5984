import type { Deployment } from '../database/connect.ts';
import type { MailboxRef } from './mailbox-ref.ts';

/** After a failure, or if the process dies, what was due is due again after this long (ms). */
const retryDelayMs = 10 * 60_000;

/** Takes connected mailboxes for which the work of column `dueAt` is due; no two processes get the same one. */
export async function takeDueMailboxes(
  deployment: Deployment,
  dueAt: 'watchRenewAt' | 'sendAsDueAt',
  now: Date,
  limit = 20,
): Promise<MailboxRef[]> {
  return deployment.sql
    .updateTable('mailbox')
    .set({ [dueAt]: new Date(now.getTime() + retryDelayMs) })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('mailbox')
        .where('deletedAt', 'is', null)
        .where('disconnectedAt', 'is', null)
        .where(dueAt, '<=', now)
        .select('id')
        .orderBy(dueAt)
        .limit(limit)
        .forNoKeyUpdate()
        .skipLocked(),
    )
    .returning(['instanceId', 'id as mailboxId'])
    .execute();
}
