import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** How somebody is told: not at all, in Postroom and by the browser, or by mail as well. */
export const notificationChannels = ['none', 'here', 'mail'] as const;
export type NotificationChannel = (typeof notificationChannels)[number];

/** What a user can choose to be told of: mail to a conversation of theirs, a new one nobody has taken, being named, an address. */
export type NotificationPreferences = {
  assigned: NotificationChannel;
  unassigned: NotificationChannel;
  mention: NotificationChannel;
  mailbox: NotificationChannel;
};

/** What holds for who never chose. */
const defaultPreferences: NotificationPreferences = {
  assigned: 'here',
  unassigned: 'none',
  mention: 'here',
  mailbox: 'here',
};

export async function preferencesOf(
  tx: InstanceTransaction,
  userId: string,
): Promise<NotificationPreferences> {
  const stored = await tx.sql
    .selectFrom('notificationPreference')
    .where('userId', '=', userId)
    .select(['assigned', 'unassigned', 'mention', 'mailbox'])
    .executeTakeFirst();
  return stored ?? defaultPreferences;
}

/** Keeps what a user chose; answers all of it. */
export async function updatePreferences(
  tx: InstanceTransaction,
  userId: string,
  changes: Partial<NotificationPreferences>,
): Promise<NotificationPreferences> {
  const before = await preferencesOf(tx, userId);
  if (Object.keys(changes).length === 0) return before;
  const preferences = { ...before, ...changes };
  await tx.sql
    .insertInto('notificationPreference')
    .values({ instanceId: tx.instanceId, userId, ...preferences })
    .onConflict((conflict) => conflict.columns(['instanceId', 'userId']).doUpdateSet(changes))
    .execute();
  return preferences;
}

/** Who has access here, how each wants to be told of this, and whether they are an admin; who wants nothing is left out. */
export function subscribers(
  tx: InstanceTransaction,
  topic: keyof NotificationPreferences,
): Promise<Array<{ userId: string; way: NotificationChannel; role: 'admin' | 'agent' }>> {
  const channelOrDefault = sql<NotificationChannel>`coalesce(${sql.ref(`notificationPreference.${topic}`)}, ${defaultPreferences[topic]})`;
  return tx.sql
    .selectFrom('membership')
    .leftJoin('notificationPreference', (join) =>
      join
        .onRef('notificationPreference.instanceId', '=', 'membership.instanceId')
        .onRef('notificationPreference.userId', '=', 'membership.userId'),
    )
    .where('membership.deactivatedAt', 'is', null)
    .where(channelOrDefault, '!=', 'none')
    .select(['membership.userId', 'membership.role', channelOrDefault.as('way')])
    .execute();
}
