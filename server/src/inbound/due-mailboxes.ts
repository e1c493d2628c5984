import type { Deployment } from '../database/connect.ts';

/** A process that dies after taking a mailbox leaves it to the others after this long (ms). */
const leaseMs = 5_000;

/**
 * Takes the connected mailboxes that are due to be looked at, longest waiting first: of several
 * processes that ask at once, one gets each.
 */
export async function takeDueMailboxes(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; mailboxId: string }>> {
  return deployment.sql
    .updateTable('mailbox')
    .set({ nextSyncAt: new Date(now.getTime() + leaseMs) })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('mailbox')
        .where('deletedAt', 'is', null)
        .where('disconnectedAt', 'is', null)
        .where('nextSyncAt', '<=', now)
        .select('id')
        .orderBy('nextSyncAt')
        .limit(500)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['instanceId', 'id as mailboxId'])
    .execute();
}
