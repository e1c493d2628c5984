import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** A person who looks at the conversation reads it before this time (ms) is over, and is not disturbed. */
const delayMs = 3_000;

/** Notes that these notifications are to be pushed to the browsers of their users, in the transaction that adds them. */
export async function enqueuePushes(
  tx: InstanceTransaction,
  notificationIds: string[],
  now: Date,
): Promise<void> {
  const dueAt = new Date(now.getTime() + delayMs);
  await tx.sql
    .insertInto('pushDelivery')
    .columns(['instanceId', 'notificationId', 'subscriptionId', 'dueAt'])
    .expression((eb) =>
      eb
        .selectFrom('notification')
        .innerJoin('pushSubscription', (join) =>
          join
            .onRef('pushSubscription.instanceId', '=', 'notification.instanceId')
            .onRef('pushSubscription.userId', '=', 'notification.userId'),
        )
        .where('notification.id', 'in', notificationIds)
        .select((one) => [
          'notification.instanceId',
          'notification.id as notificationId',
          'pushSubscription.id as subscriptionId',
          one.val(dueAt).$castTo<Date>().as('dueAt'),
        ]),
    )
    .execute();
}
