import { sql } from 'kysely';
import { prepared, type Statement } from '../database/prepared-statements.ts';

/** A person who looks at the conversation reads it before this time (ms) is over, and is not disturbed. */
const delayMs = 3_000;

/** Notes that these notifications are to be pushed to the browsers of their users, in the transaction that adds them. */
export function enqueuePushes(notificationIds: string[], now: Date): Statement {
  return insertPushes.with({ notificationIds, dueAt: new Date(now.getTime() + delayMs) });
}

const insertPushes = prepared(
  (_, { notificationIds, dueAt }: { notificationIds: string[]; dueAt: Date }) => sql`
    insert into push_delivery (instance_id, notification_id, subscription_id, due_at)
    select notification.instance_id, notification.id, push_subscription.id, ${dueAt}::timestamptz
    from notification join push_subscription using (instance_id, user_id)
    where notification.id = any(${notificationIds}::uuid[])`,
);
