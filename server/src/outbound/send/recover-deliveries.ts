import type { Deployment } from '../../database/connect.ts';

/** For each mailbox at a time, so that a long queue of one mailbox hides no other. */
const maxPerMailbox = 4;

/**
 * Finds deliveries that are due and have not changed for five seconds: their job may have died with its
 * process, or waits for others. Only the first of each conversation, which the others follow, and none of
 * a mailbox at Google's sending limit. Sending one again is harmless (deliver.ts).
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
