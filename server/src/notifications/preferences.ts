import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';

/** How a user is notified: not at all, in Postroom and by the browser, or by mail as well. */
export const notificationChannels = ['none', 'app', 'email'] as const;
export type NotificationChannel = (typeof notificationChannels)[number];

/**
 * The topics of notifications: messages in conversations assigned to the user, new unassigned conversations,
 * mentions, and mailboxes that are disconnected or reconnected.
 */
export type NotificationPreferences = {
  assigned: NotificationChannel;
  unassigned: NotificationChannel;
  mention: NotificationChannel;
  mailbox: NotificationChannel;
};

/** The preferences of a user who has not set any. */
const defaultPreferences: NotificationPreferences = {
  assigned: 'app',
  unassigned: 'none',
  mention: 'app',
  mailbox: 'app',
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

/** Stores the preferences that a user changed; returns all of them. */
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

/** The active members who want notifications of a topic, by which channel, and their role. */
export function subscribers(tx: InstanceTransaction, topic: keyof NotificationPreferences) {
  return subscribersTo[topic](tx, {});
}

const subscribersTo = {
  assigned: selectSubscribers('assigned'),
  unassigned: selectSubscribers('unassigned'),
  mention: selectSubscribers('mention'),
  mailbox: selectSubscribers('mailbox'),
};

function selectSubscribers(topic: keyof NotificationPreferences) {
  const channelOrDefault = sql<NotificationChannel>`coalesce(${sql.ref(`notificationPreference.${topic}`)}, ${defaultPreferences[topic]})`;
  return prepared((db) =>
    db
      .selectFrom('membership')
      .leftJoin('notificationPreference', (join) =>
        join
          .onRef('notificationPreference.instanceId', '=', 'membership.instanceId')
          .onRef('notificationPreference.userId', '=', 'membership.userId'),
      )
      .where('membership.deactivatedAt', 'is', null)
      .where(channelOrDefault, '!=', 'none')
      .select(['membership.userId', 'membership.role', channelOrDefault.as('channel')]),
  );
}
