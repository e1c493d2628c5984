import type { Deployment } from '../database/connect.ts';

/** Of one mailbox at a time: a long queue of one hides none of another. */
const ofEachMailbox = 4;

/**
 * Deliveries that should be on their way and whose job may have died with its process, or waits behind
 * others: due, and untouched for a while. Asking for one again is harmless (deliver.ts).
 */
export async function unfinishedDeliveries(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; messageId: string }>> {
  return deployment.sql
    .selectFrom((eb) =>
      eb
        .selectFrom('delivery')
        .where('state', 'in', ['queued', 'sending'])
        .where((due) => due.or([due('nextAttemptAt', 'is', null), due('nextAttemptAt', '<=', now)]))
        .where('changedAt', '<', new Date(now.getTime() - 5_000))
        .select(['instanceId', 'messageId', 'createdAt'])
        .select(({ fn }) =>
          fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('mailboxId').orderBy('createdAt'))
            .as('turn'),
        )
        .as('unfinished'),
    )
    .where('turn', '<=', ofEachMailbox)
    .select(['instanceId', 'messageId'])
    .orderBy('createdAt')
    .limit(200)
    .execute();
}
