import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** A query of a notification that is not read, with its reader, who is an active member of its organization. */
export function unreadNotification(tx: InstanceTransaction, notificationId: string) {
  return tx.sql
    .selectFrom('notification')
    .innerJoin('users', 'users.id', 'notification.userId')
    .innerJoin('membership', (join) =>
      join
        .onRef('membership.instanceId', '=', 'notification.instanceId')
        .onRef('membership.userId', '=', 'notification.userId'),
    )
    .innerJoin('instance', 'instance.id', 'notification.instanceId')
    .where('notification.id', '=', notificationId)
    .where('notification.readAt', 'is', null)
    .where('membership.deactivatedAt', 'is', null)
    .select([
      'notification.userId',
      'notification.kind',
      'notification.data',
      'notification.createdAt',
      'membership.role',
      'users.name',
      'users.email',
      'users.language',
      'instance.slug',
    ]);
}

/** Whether the user read the conversation after a notification of it. */
export async function hasRead(
  tx: InstanceTransaction,
  { userId, conversationId, since }: { userId: string; conversationId: string; since: Date },
): Promise<boolean> {
  const read = await tx.sql
    .selectFrom('conversationRead')
    .where('userId', '=', userId)
    .where('conversationId', '=', conversationId)
    .where('readAt', '>=', since)
    .select('readAt')
    .executeTakeFirst();
  return read !== undefined;
}
