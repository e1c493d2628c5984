import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { eventLag, liveStreams, loopFailing, refreshes } from '../metrics/metrics.ts';

/**
 * How an area of Postroom is, for people: the figures of `/metrics` in words. `cause`: the worst of what is not as it
 * should be; its texts say what to do. The bounds are those of the alerts (ops/prometheus-rules.yml).
 */
export type Area = {
  area: 'database' | 'work' | 'receiving' | 'addresses' | 'sending' | 'google' | 'live';
  state: 'good' | 'attention' | 'bad';
  cause: Cause | null;
  figures: Figure[];
};

export const causes = [
  'database-slow',
  'connections-waiting',
  'no-worker',
  'work-failing',
  'mail-late',
  'sync-lag',
  'notifications-failing',
  'watch-expires',
  'unreadable',
  'disconnected',
  'trouble',
  'deliveries-late',
  'held',
  'refresh-failing',
  'quota-low',
  'events-late',
] as const;
export type Cause = (typeof causes)[number];

export const figureNames = [
  'answerMs',
  'connectionsUsed',
  'connectionsWaiting',
  'jobs',
  'oldestJob',
  'loopsFailing',
  'syncLag',
  'oldestNotification',
  'unreadable',
  'watchExpiry',
  'connected',
  'trouble',
  'disconnected',
  'queued',
  'held',
  'oldestDelivery',
  'returned',
  'refreshFailures',
  'quotaLeft',
  'streams',
  'eventLag',
] as const;

/** `value` is null where there is nothing to measure. */
export type Figure = {
  name: (typeof figureNames)[number];
  unit: 'count' | 'seconds' | 'milliseconds' | 'ratio';
  value: number | null;
};

/** What applies first of these; those that are bad come first. */
function judge(rules: Array<[applies: boolean, cause: Cause, state: 'attention' | 'bad']>) {
  const [, cause = null, state = 'good' as const] =
    rules.find(([applies, , how]) => applies && how === 'bad') ?? rules.find(([applies]) => applies) ?? [];
  return { cause, state };
}

const count = (name: Figure['name'], value: number): Figure => ({ name, unit: 'count', value });
const seconds = (name: Figure['name'], value: number | null): Figure => ({ name, unit: 'seconds', value });

/** The figures of one organization, read in its own transaction: nothing of another one is in them. */
export async function healthOfInstance(tx: InstanceTransaction): Promise<Area[]> {
  const { rows } = await ownFigures.execute(tx.sql);
  const own = rows[0]!;
  return [
    {
      area: 'receiving',
      ...judge([
        [own.oldestNotification > 120, 'mail-late', 'bad'],
        [own.notificationsFailing, 'notifications-failing', 'attention'],
        [own.syncLag > 900, 'sync-lag', 'attention'],
        [own.watchExpiry !== null && own.watchExpiry < 2 * 86_400, 'watch-expires', 'attention'],
        [own.unreadable > 0, 'unreadable', 'attention'],
      ]),
      figures: [
        seconds('oldestNotification', own.oldestNotification),
        seconds('syncLag', own.syncLag),
        seconds('watchExpiry', own.watchExpiry),
        count('unreadable', own.unreadable),
      ],
    },
    {
      area: 'addresses',
      ...judge([
        [own.disconnected > 0, 'disconnected', 'bad'],
        [own.trouble > 0, 'trouble', 'attention'],
      ]),
      figures: [
        count('connected', own.connected),
        count('trouble', own.trouble),
        count('disconnected', own.disconnected),
      ],
    },
    {
      area: 'sending',
      ...judge([
        [own.oldestDelivery > 600, 'deliveries-late', 'bad'],
        [own.held > 0, 'held', 'attention'],
      ]),
      figures: [
        count('queued', own.queued),
        count('held', own.held),
        seconds('oldestDelivery', own.oldestDelivery),
        count('returned', own.returned),
      ],
    },
  ];
}

type OwnFigures = Record<
  | 'connected'
  | 'trouble'
  | 'disconnected'
  | 'syncLag'
  | 'oldestNotification'
  | 'unreadable'
  | 'queued'
  | 'held'
  | 'oldestDelivery'
  | 'returned',
  number
> & { watchExpiry: number | null; notificationsFailing: boolean };

/** Row-level security binds it to one organization. */
const ownFigures = sql<OwnFigures>`
  with live as (select * from mailbox where deleted_at is null),
    connected as (select * from live where disconnected_at is null),
    waiting as (select * from delivery where state in ('queued', 'sending', 'held'))
  select
    (select count(*) from connected where trouble_since is null)::int as connected,
    (select count(*) from connected where trouble_since is not null)::int as trouble,
    (select count(*) from live where disconnected_at is not null)::int as disconnected,
    coalesce((select extract(epoch from max(now() - greatest(synced_at, connected_at))
      filter (where failing_since is not null or next_sync_at < now())) from connected), 0)::float8 as sync_lag,
    coalesce((select extract(epoch from now() - min(unread_since)) from connected), 0)::float8 as oldest_notification,
    (select extract(epoch from min(watch_expires_at) - now()) from connected)::float8 as watch_expiry,
    coalesce((select problem is not null from notification_health), false) as notifications_failing,
    (select count(*) from unfetched_message where set_aside_at is not null)::int as unreadable,
    (select count(*) from waiting where state <> 'held')::int as queued,
    (select count(*) from waiting where state = 'held')::int as held,
    coalesce((select extract(epoch from now() - min(greatest(send_after, next_attempt_at))) from waiting
      where state <> 'held' and send_after <= now()), 0)::float8 as oldest_delivery,
    (select count(*) from delivery_report where kind = 'failed' and at > now() - interval '7 days')::int as returned`;

/** How long a statement may take before Postgres counts as slow (ms). */
const slowAnswerMs = 250;

/** The figures of the deployment and of this process; they name no organization. `quotaLeft`: 0 to 1, null unknown. */
export async function healthOfDeployment(
  { pool, sql: db }: Pick<Deployment, 'pool' | 'sql'>,
  { quotaLeft }: { quotaLeft: number | null },
): Promise<Area[]> {
  const waiting = pool.waitingCount;
  const began = performance.now();
  const { rows } = await sql<{ jobs: number; oldestJob: number }>`
    select count(*)::int as jobs,
      coalesce(extract(epoch from now() - min(start_after) filter (where state < 'active')), 0)::float8 as oldest_job
    from pgboss.job where state < 'completed' and start_after <= now()`.execute(db);
  const answerMs = performance.now() - began;
  const { jobs, oldestJob } = rows[0]!;
  const loopsFailing = (await loopFailing.get()).values.filter(({ value }) => value > 0).length;
  const refreshed = (await refreshes.get()).values;
  const failed = refreshed.find(({ labels }) => labels.result === 'failed')?.value ?? 0;
  const refreshedInAll = refreshed.reduce((sum, { value }) => sum + value, 0);
  const lag = await meanEventLag();
  return [
    {
      area: 'database',
      ...judge([
        [waiting > 0, 'connections-waiting', 'attention'],
        [answerMs > slowAnswerMs, 'database-slow', 'attention'],
      ]),
      figures: [
        { name: 'answerMs', unit: 'milliseconds', value: Math.round(answerMs) },
        count('connectionsUsed', pool.totalCount - pool.idleCount),
        count('connectionsWaiting', waiting),
      ],
    },
    {
      area: 'work',
      ...judge([
        [oldestJob > 600, 'no-worker', 'bad'],
        [loopsFailing > 0, 'work-failing', 'attention'],
      ]),
      figures: [count('jobs', jobs), seconds('oldestJob', oldestJob), count('loopsFailing', loopsFailing)],
    },
    {
      area: 'google',
      ...judge([
        [failed > refreshedInAll / 2, 'refresh-failing', 'attention'],
        [quotaLeft !== null && quotaLeft < 0.1, 'quota-low', 'attention'],
      ]),
      figures: [count('refreshFailures', failed), { name: 'quotaLeft', unit: 'ratio', value: quotaLeft }],
    },
    {
      area: 'live',
      ...judge([[lag !== null && lag > 2_000, 'events-late', 'attention']]),
      figures: [
        count('streams', (await liveStreams.get()).values[0]?.value ?? 0),
        { name: 'eventLag', unit: 'milliseconds', value: lag },
      ],
    },
  ];
}

/** From an event to its writing on a live stream, on average since the process began (ms); null without any. */
async function meanEventLag(): Promise<number | null> {
  const { values } = await eventLag.get();
  const figure = (suffix: string) =>
    values.find(({ metricName }) => metricName === `postroom_event_lag_seconds_${suffix}`)?.value ?? 0;
  const events = figure('count');
  return events === 0 ? null : Math.round((figure('sum') / events) * 1_000);
}
