import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import type { MailboxNotification } from '../google/pubsub.ts';
import { requestSync } from '../mailboxes/request-sync.ts';

export type NotificationDeps = {
  deployment: Deployment;
  database: Database;
};

/**
 * Handles notifications of Gmail: asks for a sync of each mailbox that has a newer history id than its
 * cursor. Late and repeated notifications, and those of unknown mailboxes, do nothing. Has committed when
 * it returns.
 */
export async function handleNotifications(
  { deployment, database }: NotificationDeps,
  notifications: MailboxNotification[],
): Promise<void> {
  const newestHistoryIds = new Map<string, bigint>();
  for (const { emailAddress, historyId } of notifications) {
    const id = BigInt(historyId);
    if (id > (newestHistoryIds.get(emailAddress) ?? 0n)) newestHistoryIds.set(emailAddress, id);
  }
  if (newestHistoryIds.size === 0) return;
  const addresses = [...newestHistoryIds.keys()];
  const newest = (address: string) => newestHistoryIds.get(address)!;
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
  // Everything up to the cursor is stored already.
  const withNews = notifiedMailboxes.filter(({ address, cursor }) => newest(address) > BigInt(cursor));
  await requestSync(deployment, idsOf(withNews));
  // Late ones, or the cursor is ahead of Gmail's.
  const behind = notifiedMailboxes.filter(({ address, cursor }) => newest(address) < BigInt(cursor));
  if (behind.length > 0) await checkProfiles(deployment, idsOf(behind));
  for (const { instanceId, mailboxId } of firstNotified) {
    await database.inInstance(instanceId, async (tx) =>
      recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }),
    );
  }
}

const idsOf = (mailboxes: Array<{ mailboxId: string }>) => mailboxes.map(({ mailboxId }) => mailboxId);

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
