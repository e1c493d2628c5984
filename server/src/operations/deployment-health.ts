import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { ProcessReport } from './process-reports.ts';

/**
 * How an area of Postroom is, for people: the figures of `/metrics` in words. `cause`: the worst of what is not as it
 * should be; its texts say what to do. The bounds are those of the alerts (ops/prometheus-rules.yml).
 */
export type Area = {
  area: 'processes' | 'database' | 'work' | 'receiving' | 'addresses' | 'sending' | 'google' | 'live';
  state: 'good' | 'attention' | 'bad';
  cause: Cause | null;
  figures: Figure[];
};

export const causes = [
  'worker-missing',
  'process-silent',
  'database-slow',
  'connections-waiting',
  'no-worker',
  'work-stopped',
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
  'webProcesses',
  'workers',
  'silentProcesses',
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

/** The figures of the deployment and of all its processes (process-reports.ts); they name no organization. */
export async function healthOfDeployment(
  { sql: db }: Pick<Deployment, 'sql'>,
  processes: ProcessReport[],
): Promise<Area[]> {
  const began = performance.now();
  const { rows } = await sql<{ jobs: number; oldestJob: number }>`
    select count(*)::int as jobs,
      coalesce(extract(epoch from now() - min(start_after) filter (where state < 'active')), 0)::float8 as oldest_job
    from pgboss.job where state < 'completed' and start_after <= now()`.execute(db);
  const answerMs = performance.now() - began;
  const { jobs, oldestJob } = rows[0]!;
  const live = processes.filter(({ isSilent }) => !isSilent);
  const silent = processes.length - live.length;
  const doing = (role: 'web' | 'worker') =>
    live.filter((one) => one.role === role || one.role === 'all').length;
  const figures = live.map((one) => one.figures);
  const sum = (of: (one: ProcessReport['figures']) => number) =>
    figures.reduce((all, one) => all + of(one), 0);
  const loops = (name: 'failingLoops' | 'stoppedLoops') => new Set(figures.flatMap((one) => one[name])).size;
  const waiting = sum((one) => one.connectionsWaiting);
  const failed = sum((one) => one.refreshesFailed);
  const quotaLeft = live.length > 0 ? Math.min(...figures.map((one) => one.quotaLeft)) : null;
  const lags = figures.flatMap(({ eventLagMs }) => eventLagMs ?? []);
  const lag = lags.length > 0 ? Math.max(...lags) : null;
  return [
    {
      area: 'processes',
      ...judge([
        [doing('worker') === 0, 'worker-missing', 'bad'],
        [silent > 0, 'process-silent', 'attention'],
      ]),
      figures: [
        count('webProcesses', doing('web')),
        count('workers', doing('worker')),
        count('silentProcesses', silent),
      ],
    },
    {
      area: 'database',
      ...judge([
        [waiting > 0, 'connections-waiting', 'attention'],
        [answerMs > slowAnswerMs, 'database-slow', 'attention'],
      ]),
      figures: [
        { name: 'answerMs', unit: 'milliseconds', value: Math.round(answerMs) },
        count(
          'connectionsUsed',
          sum((one) => one.connectionsUsed),
        ),
        count('connectionsWaiting', waiting),
      ],
    },
    {
      area: 'work',
      ...judge([
        [oldestJob > 600, 'no-worker', 'bad'],
        [loops('stoppedLoops') > 0, 'work-stopped', 'bad'],
        [loops('failingLoops') > 0, 'work-failing', 'attention'],
      ]),
      figures: [
        count('jobs', jobs),
        seconds('oldestJob', oldestJob),
        count('loopsFailing', loops('failingLoops')),
      ],
    },
    {
      area: 'google',
      ...judge([
        [failed > sum((one) => one.refreshes) / 2, 'refresh-failing', 'attention'],
        [quotaLeft !== null && quotaLeft < 0.1, 'quota-low', 'attention'],
      ]),
      figures: [count('refreshFailures', failed), { name: 'quotaLeft', unit: 'ratio', value: quotaLeft }],
    },
    {
      area: 'live',
      ...judge([[lag !== null && lag > 2_000, 'events-late', 'attention']]),
      figures: [
        count(
          'streams',
          sum((one) => one.streams),
        ),
        { name: 'eventLag', unit: 'milliseconds', value: lag },
      ],
    },
  ];
}
