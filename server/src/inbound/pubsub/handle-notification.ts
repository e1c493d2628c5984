import { sql } from 'kysely';
import type { Deployment } from '../../database/connect.ts';
import type { Database } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { MailboxNotification } from '../../google/pubsub.ts';
import { syncChannel } from '../../mailboxes/request-sync.ts';

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
  const rows = await noteNotifications(deployment, newestHistoryIds);
  await checkProfilesIfUnknown(
    deployment,
    rows.flatMap(({ address, known }) => (known ? [] : address)),
  );
  for (const { instanceId, mailboxId, isFirst } of rows) {
    if (isFirst)
      await database.inInstance(instanceId, async (tx) =>
        recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }),
      );
  }
}

type Noted = {
  address: string;
  /** Whether there is a mailbox of this address, or was one. */
  known: boolean;
  instanceId: string;
  mailboxId: string;
  /** Its first notification, or the first after a missed one: users see the change. Null: none is connected. */
  isFirst: boolean | null;
};

/**
 * One statement, because it is on the way of every message: notes the time, asks for a sync as `requestSync` does where
 * the history id is newer than the cursor (everything up to the cursor is stored already), and for a comparison of
 * the profile where it is older (the notification is late, or the cursor is ahead of Gmail's). It does not wait for the
 * disk: what is lost if the machine of Postgres fails is found when the mailbox is polled.
 */
async function noteNotifications(
  deployment: Deployment,
  newestHistoryIds: Map<string, bigint>,
): Promise<Noted[]> {
  const now = new Date();
  const addresses = [...newestHistoryIds.keys()];
  const historyIds = [...newestHistoryIds.values()].map(String);
  const { rows } = await sql<Noted>`
    with notification as (
      select * from unnest(${addresses}::text[], ${historyIds}::numeric[]) as notification (address, history_id)
    ), found as materialized (
      select m.id, m.instance_id, m.address, history_id > m.cursor as has_news, history_id < m.cursor as is_behind,
        m.notified_at is null or coalesce(m.notified_at < m.notification_missed_at, false) as is_first
      from mailbox m join notification on notification.address = m.address
      where m.deleted_at is null and m.disconnected_at is null order by m.id for no key update of m
    ), noted as (
      update mailbox set notified_at = ${now}, sync_requested = sync_requested or has_news,
        unread_since = case when has_news then coalesce(unread_since, ${now}) else unread_since end,
        next_sync_at = case when has_news then least(next_sync_at, greatest(${now}, sync_not_before)) else next_sync_at end,
        profile_check_at = case when is_behind then ${now} else profile_check_at end
      from found where mailbox.id = found.id
    ), announced as materialized (
      select pg_notify(${syncChannel}, ''), set_config('synchronous_commit', 'off', true) from found
      where has_news limit 1
    )
    select notification.address, found.id as mailbox_id, found.instance_id, is_first,
      exists (select from mailbox where mailbox.address = notification.address) as known
    from notification left join found on found.address = notification.address
    left join announced on true`.execute(deployment.sql);
  return rows;
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
  const unknown = addresses.filter((address) => now - (unknownSince.get(address) ?? 0) > unknownForMs);
  if (unknown.length === 0) return;
  if (unknownSince.size > 1_000) unknownSince.clear();
  for (const address of unknown) unknownSince.set(address, now);
  await deployment.sql
    .updateTable('mailbox')
    .set({ profileCheckAt: new Date(now), nextSyncAt: new Date(now) })
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .execute();
}
