import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import type { MailboxNotification } from '../google/pubsub.ts';
import type { Queue } from '../queue/queue.ts';

export type NotificationDeps = {
  deployment: Deployment;
  database: Database;
  enqueue: Queue['enqueue'];
};

/**
 * Handles notifications of Gmail: enqueues a sync of each mailbox that has a newer history id than its
 * cursor. Late and repeated notifications, and those of unknown mailboxes, do nothing. Has committed when
 * it returns.
 */
export async function handleNotifications(
  { deployment, database, enqueue }: NotificationDeps,
  notifications: MailboxNotification[],
): Promise<void> {
  const newestHistoryIds = new Map<string, bigint>();
  for (const { emailAddress, historyId } of notifications) {
    const id = BigInt(historyId);
    if (id > (newestHistoryIds.get(emailAddress) ?? 0n)) newestHistoryIds.set(emailAddress, id);
  }
  if (newestHistoryIds.size === 0) return;
  const addresses = [...newestHistoryIds.keys()];
  // Their first notification, or the first after a missed one: users see the change.
  const firstNotified = await deployment.sql
    .selectFrom('mailbox')
    .where('address', 'in', addresses)
    .where('deletedAt', 'is', null)
    .where((eb) =>
      eb.or([eb('notifiedAt', 'is', null), eb('notifiedAt', '<', eb.ref('notificationMissedAt'))]),
    )
    .select(['instanceId', 'id as mailboxId'])
    .execute();
  const notifiedMailboxes = await deployment.sql
    .updateTable('mailbox')
    .set({ notifiedAt: new Date() })
    .where('address', 'in', addresses)
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .returning(['instanceId', 'id as mailboxId', 'address', 'cursor'])
    .execute();
  for (const { address, cursor, ...mailbox } of notifiedMailboxes) {
    // Everything up to the cursor is stored already.
    if (newestHistoryIds.get(address)! > BigInt(cursor)) await enqueue(deployment, 'sync', mailbox);
  }
  for (const { instanceId, mailboxId } of firstNotified) {
    await database.inInstance(instanceId, async (tx) =>
      recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }),
    );
  }
}
