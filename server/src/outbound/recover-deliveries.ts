import type { Deployment } from '../database/connect.ts';

/** Of one mailbox at a time: a long queue of one hides none of another. */
const maxPerMailbox = 4;

/**
 * Deliveries that should be on their way and whose job may have died with its process, or waits behind
 * others: due, and untouched for a while. Only the first of each conversation: those behind it follow it.
 * None of an address at Google's sending limit.
 * Asking for one again is harmless (deliver.ts).
 */
export async function findDeliveriesToRecover(
  deployment: Deployment,
  now: Date,
): Promise<Array<{ instanceId: string; messageId: string; mailboxId: string; conversationId: string }>> {
  const staleBefore = new Date(now.getTime() - 5_000);
  return deployment.sql
    .with('first', (db) =>
      db
        .selectFrom('delivery')
        .innerJoin('message', (join) =>
          join
            .onRef('message.instanceId', '=', 'delivery.instanceId')
            .onRef('message.id', '=', 'delivery.messageId'),
        )
        .innerJoin('mailbox', (join) =>
          join
            .onRef('mailbox.instanceId', '=', 'delivery.instanceId')
            .onRef('mailbox.id', '=', 'delivery.mailboxId'),
        )
        .where('delivery.state', 'in', ['queued', 'sending'])
        .where('delivery.sendAfter', '<', staleBefore)
        .distinctOn('message.conversationId')
        .orderBy('message.conversationId')
        .orderBy('delivery.sendAfter')
        .orderBy('delivery.createdAt')
        .orderBy('delivery.messageId')
        .select([
          'delivery.instanceId',
          'delivery.messageId',
          'delivery.mailboxId',
          'message.conversationId',
          'delivery.nextAttemptAt',
          'delivery.changedAt',
          'delivery.sendAfter',
          'mailbox.sendingLimitedUntil',
        ]),
    )
    .with('stalled', (db) =>
      db
        .selectFrom('first')
        .where((due) => due.or([due('nextAttemptAt', 'is', null), due('nextAttemptAt', '<=', now)]))
        .where((eb) => eb.or([eb('sendingLimitedUntil', 'is', null), eb('sendingLimitedUntil', '<=', now)]))
        .where('changedAt', '<', staleBefore)
        .select(['instanceId', 'messageId', 'mailboxId', 'conversationId', 'sendAfter'])
        .select(({ fn }) =>
          fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('mailboxId').orderBy('sendAfter'))
            .as('rank'),
        ),
    )
    .selectFrom('stalled')
    .where('rank', '<=', maxPerMailbox)
    .select(['instanceId', 'messageId', 'mailboxId', 'conversationId'])
    .orderBy('sendAfter')
    .limit(200)
    .execute();
}
