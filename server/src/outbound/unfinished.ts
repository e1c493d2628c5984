import type { Deployment } from '../database/connect.ts';

/** Of one mailbox at a time: a long queue of one hides none of another. */
const ofEachMailbox = 4;

/**
 * Deliveries that should be on their way and whose job may have died with its process, or waits behind
 * others: due, and untouched for a while. Only the first of each conversation: those behind it follow it.
 * Asking for one again is harmless (deliver.ts).
 */
export async function unfinishedDeliveries(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; messageId: string }>> {
  return deployment.sql
    .with('first', (db) =>
      db
        .selectFrom('delivery')
        .innerJoin('message', (join) =>
          join
            .onRef('message.instanceId', '=', 'delivery.instanceId')
            .onRef('message.id', '=', 'delivery.messageId'),
        )
        .where('delivery.state', 'in', ['queued', 'sending'])
        .distinctOn('message.conversationId')
        .orderBy('message.conversationId')
        .orderBy('delivery.createdAt')
        .orderBy('delivery.messageId')
        .select([
          'delivery.instanceId',
          'delivery.messageId',
          'delivery.mailboxId',
          'delivery.nextAttemptAt',
          'delivery.changedAt',
          'delivery.createdAt',
        ]),
    )
    .with('unfinished', (db) =>
      db
        .selectFrom('first')
        .where((due) => due.or([due('nextAttemptAt', 'is', null), due('nextAttemptAt', '<=', now)]))
        .where('changedAt', '<', new Date(now.getTime() - 5_000))
        .select(['instanceId', 'messageId', 'createdAt'])
        .select(({ fn }) =>
          fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('mailboxId').orderBy('createdAt'))
            .as('turn'),
        ),
    )
    .selectFrom('unfinished')
    .where('turn', '<=', ofEachMailbox)
    .select(['instanceId', 'messageId'])
    .orderBy('createdAt')
    .limit(200)
    .execute();
}
