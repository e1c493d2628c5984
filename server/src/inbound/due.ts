import type { Deployment } from '../database/connect.ts';

/** The connected mailboxes that are due to be looked at, longest waiting first. */
export async function dueMailboxes(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; mailboxId: string }>> {
  return deployment.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .where('nextSyncAt', '<=', now)
    .select(['instanceId', 'id as mailboxId'])
    .orderBy('nextSyncAt')
    .limit(500)
    .execute();
}
