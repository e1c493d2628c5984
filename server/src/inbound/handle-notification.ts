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
  await checkProfilesIfUnknown(deployment, addresses);
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
    const newest = newestHistoryIds.get(address)!;
    if (newest > BigInt(cursor)) await enqueue(deployment, 'sync', mailbox);
    // It is a late one, or the cursor is ahead of Gmail's.
    else if (newest < BigInt(cursor)) await checkProfiles(deployment, [mailbox.mailboxId]);
  }
  for (const { instanceId, mailboxId } of firstNotified) {
    await database.inInstance(instanceId, async (tx) =>
      recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }),
    );
  }
}

/** An unknown address is not looked up again for this long (ms). */
const unknownForMs = 60 * 60_000;
const unknownSince = new Map<string, number>();

/**
 * Notifications of a renamed account carry its new address. Which mailbox it is shows in the mailbox's profile, so
 * those of all connected mailboxes are read, once an hour for each unknown address.
 */
async function checkProfilesIfUnknown(deployment: Deployment, addresses: string[]): Promise<void> {
  const now = Date.now();
  const asked = addresses.filter((address) => now - (unknownSince.get(address) ?? 0) > unknownForMs);
  if (asked.length === 0) return;
  const known = await deployment.sql
    .selectFrom('mailbox')
    .where('address', 'in', asked)
    .select('address')
    .execute();
  const knownAddresses = new Set(known.map(({ address }) => address));
  const unknown = asked.filter((address) => !knownAddresses.has(address));
  if (unknown.length === 0) return;
  if (unknownSince.size > 1_000) unknownSince.clear();
  for (const address of unknown) unknownSince.set(address, now);
  await checkProfiles(deployment, null);
}

/** Has the profiles of these mailboxes read by their next sync; null: those of all, at once. */
async function checkProfiles(deployment: Deployment, mailboxIds: string[] | null): Promise<void> {
  const now = new Date();
  let query = deployment.sql
    .updateTable('mailbox')
    .set({ profileCheckAt: now, ...(!mailboxIds && { nextSyncAt: now }) })
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null);
  if (mailboxIds) query = query.where('id', 'in', mailboxIds);
  await query.execute();
}
