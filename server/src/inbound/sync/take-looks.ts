import { setTimeout as sleep } from 'node:timers/promises';
import type { Locks } from '../../database/session-locks.ts';
import type { SealedGrant } from '../../google/access-token.ts';
import type { StoredProblem } from '../../problems.ts';
import type { SyncedMailbox } from './sync-state.ts';

/** If the process that took a mailbox dies, another one takes it after this long (ms). */
const leaseMs = 2_000;
/** So many places are kept for mailboxes with news: those that are only due may wait for Gmail. */
const placesForNews = 16;

/** A mailbox that is taken, and locked, with all that a look without news needs to know of it. */
export type TakenMailbox = SyncedMailbox & {
  lock: string;
  address: string;
  /** When it was due, and when the first notification came that is not read yet. */
  dueAt: Date;
  unreadSince: Date | null;
  syncFailures: number;
  troubleSince: Date | null;
  lastMessageReceivedAt: Date | null;
  watchExpiresAt: Date | null;
  notifiedAt: Date | null;
  notificationMissedAt: Date | null;
  /** Why no notification reaches the deployment; null if they do. */
  problem: StoredProblem | null;
  connectedMailboxes: number;
  grant: SealedGrant | null;
};

type TakenRow = Omit<TakenMailbox, 'grant'> & {
  grant: Omit<SealedGrant, 'accessTokenExpiresAt'> | null;
  accessTokenExpiresAt: Date | null;
};

export type FinishedLook = {
  lock: string;
  mailboxId: string;
  startedAt: Date;
  syncedAt: Date;
  nextSyncAt: Date;
  profileCheckAt: Date;
};

/** The name of the lock of whoever reads a mailbox. */
export const syncLock = (mailboxId: string) => `sync ${mailboxId}`;

/**
 * Takes at most `room` connected mailboxes that are due, and their locks: first those with news, the oldest first, then
 * the most overdue. One statement for all of them. A mailbox that another process reads is taken again later, and
 * nothing is left for its reader to do. `mayBeMore`: all places for those that are only due were taken.
 */
export async function takeLooks(
  locks: Locks,
  now: Date,
  room: number,
): Promise<{ taken: TakenMailbox[]; lost: AbortSignal; mayBeMore: boolean }> {
  const placesForDue = Math.max(0, room - placesForNews);
  const held = [...locks.held()].flatMap((name) => (name.startsWith('sync ') ? name.slice(5) : []));
  const { rows, lost } = await locks.takeRows<TakenRow>({
    name: 'take looks',
    text: takeText,
    values: [now, new Date(now.getTime() + leaseMs), room, placesForDue, held],
  });
  const taken = rows.map(({ accessTokenExpiresAt, ...row }) => ({
    ...row,
    grant: row.grant && { ...row.grant, accessTokenExpiresAt },
  }));
  return { taken, lost, mayBeMore: taken.length >= placesForDue };
}

const connected = `deleted_at is null and disconnected_at is null and next_sync_at <= $1
  and (sync_not_before is null or sync_not_before <= $1) and id <> all($5::uuid[])`;

// The locks are tried in a step of their own: in a condition, Postgres might try those of rows beyond the limit.
const takeText = `
  with news as materialized (
    select id, next_sync_at from mailbox where unread_since is not null and ${connected}
    order by unread_since limit $3 for no key update skip locked
  ), due as materialized (
    select id, next_sync_at from mailbox where unread_since is null and ${connected}
    order by next_sync_at limit $4 for no key update skip locked
  ), candidate as materialized (
    select *, 0 as rank from news union all select *, 1 from due order by rank, next_sync_at limit $3
  ), tried as materialized (
    select *, pg_try_advisory_lock(hashtextextended('sync ' || id, 0)) as mine from candidate
  ), taken as (
    update mailbox set next_sync_at = $2, sync_requested = sync_requested and not mine
    from tried where mailbox.id = tried.id
    returning mailbox.*, tried.mine, tried.next_sync_at as due_at
  )
  select 'sync ' || taken.id as lock, taken.instance_id as "instanceId", taken.id as "mailboxId", taken.address,
    due_at as "dueAt", unread_since as "unreadSince", cursor::text,
    connected_at as "connectedAt", two_way as "twoWay", failing_since as "failingSince",
    profile_check_at as "profileCheckAt", sync_failures as "syncFailures", trouble_since as "troubleSince",
    last_message_received_at as "lastMessageReceivedAt", watch_expires_at as "watchExpiresAt",
    notified_at as "notifiedAt", notification_missed_at as "notificationMissedAt",
    health.problem, health.connected_mailboxes as "connectedMailboxes",
    case when stored.mailbox_id is not null then jsonb_build_object(
      'refreshToken', stored.refresh_token, 'accessToken', stored.access_token) end as "grant",
    stored.access_token_expires_at as "accessTokenExpiresAt"
  from taken cross join notification_health health
  left join mailbox_grant stored on stored.instance_id = taken.instance_id and stored.mailbox_id = taken.id
  where mine`;

/** How often a row that another transaction changes is tried again, and after how long (ms). */
const maxTries = 10;
const retryMs = 50;

/**
 * Writes when mailboxes without news are due again, and releases their locks: one statement for all. A mailbox for
 * which news came meanwhile is due at once.
 */
export async function finishLooks(
  locks: Locks,
  lost: AbortSignal,
  looks: FinishedLook[],
  tries = maxTries,
): Promise<void> {
  const left = await locks.release(
    looks.map(({ lock }) => lock),
    lost,
    {
      name: 'finish looks',
      text: finishText,
      values: [
        looks.map(({ mailboxId }) => mailboxId),
        looks.map(({ startedAt }) => startedAt),
        looks.map(({ syncedAt }) => syncedAt),
        looks.map(({ nextSyncAt }) => nextSyncAt),
        looks.map(({ profileCheckAt }) => profileCheckAt),
        tries === 1,
      ],
    },
  );
  if (left.length === 0) return;
  await sleep(retryMs);
  await finishLooks(
    locks,
    lost,
    looks.filter(({ lock }) => left.includes(lock)),
    tries - 1,
  );
}

const finishText = `
  with look as (
    select * from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
      as look (id, started_at, synced_at, due_at, profile_check_at)
  ), free as materialized (
    -- The connection of the locks waits for nobody: what another transaction changes stays locked, and is tried again;
    -- the last time it is released, and looked at once more.
    select mailbox.id from mailbox join look on look.id = mailbox.id for no key update of mailbox skip locked
  ), finished as (
    update mailbox set synced_at = look.synced_at,
      next_sync_at = case when sync_requested then look.synced_at else look.due_at end,
      unread_since = case when sync_requested then unread_since end,
      profile_check_at = case when mailbox.profile_check_at <= look.started_at then look.profile_check_at
        else mailbox.profile_check_at end
    from look join free on free.id = look.id where mailbox.id = look.id
    returning mailbox.id
  )
  select 'sync ' || look.id as name, pg_advisory_unlock(hashtextextended('sync ' || look.id, 0)) from look
  left join finished on finished.id = look.id where finished.id is not null or $6::boolean`;
