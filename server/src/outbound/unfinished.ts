import type { Deployment } from '../database/connect.ts';

/**
 * Deliveries that should be on their way and whose job may have died with its process: due, and
 * untouched for a while. Asking for one again is harmless (deliver.ts).
 */
export async function unfinishedDeliveries(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; messageId: string }>> {
  return deployment.sql
    .selectFrom('delivery')
    .where('state', 'in', ['queued', 'sending'])
    .where((eb) => eb.or([eb('nextAttemptAt', 'is', null), eb('nextAttemptAt', '<=', now)]))
    .where('changedAt', '<', new Date(now.getTime() - 5_000))
    .select(['instanceId', 'messageId'])
    .orderBy('createdAt')
    .limit(200)
    .execute();
}
