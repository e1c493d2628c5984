import { sql } from 'kysely';
import { Gauge, Registry } from 'prom-client';
import type { Deployment } from '../database/connect.ts';

/** The figures are read at most so often (ms), however many programs ask for them. */
const freshForMs = 5_000;
/** A statement over all mailboxes may take so long (ms). */
const statementTimeoutMs = 5_000;

type Row = { name: string; label: string; value: number };

/**
 * What the database knows of the deployment. Every process tells the same, so a query over processes takes
 * `max`, not `sum`.
 */
const figures = {
  postroom_mailboxes: { help: 'Mailboxes by state', label: 'state' },
  postroom_mailboxes_disconnected: { help: 'Disconnected mailboxes by cause', label: 'cause' },
  postroom_mailboxes_in_trouble: { help: 'Mailboxes in trouble by cause', label: 'cause' },
  postroom_mailboxes_polled: {
    help: 'Connected mailboxes for which no notification can be relied on',
    label: null,
  },
  postroom_mailboxes_overdue: { help: 'Connected mailboxes that are due to be looked at', label: null },
  postroom_sync_lag_seconds: {
    help: 'The longest time since a connected mailbox was read to its end, beyond its interval',
    label: null,
  },
  postroom_oldest_unread_notification_seconds: {
    help: 'Age of the oldest notification whose mailbox has not been read since',
    label: null,
  },
  postroom_watch_expiry_seconds: {
    help: 'Time until the first watch of a connected mailbox expires; below 0 if it has',
    label: null,
  },
  postroom_notifications_failing: {
    help: '1 while no notification of Google reaches this deployment',
    label: null,
  },
  postroom_queue_jobs: { help: 'Jobs of the queue that wait or run', label: 'queue' },
  postroom_queue_oldest_seconds: { help: 'Age of the oldest job that could run', label: 'queue' },
  postroom_deliveries: { help: 'Outgoing messages that are not finished, by state', label: 'state' },
  postroom_deliveries_oldest_seconds: {
    help: 'How long the oldest outgoing message is overdue, by state',
    label: 'state',
  },
  postroom_unfetched_messages: { help: 'Messages set aside because they could not be read', label: null },
} as const;

export type DeploymentFigures = {
  /** The text format of Prometheus. Without an answer of Postgres it has `postroom_database_up 0` alone. */
  text(): Promise<string>;
};

/** Reads the figures of the deployment when they are asked for. */
export function createDeploymentFigures(
  deployment: Deployment,
  log: { warn(error: unknown, message: string): void },
): DeploymentFigures {
  const registry = new Registry();
  const up = new Gauge({
    name: 'postroom_database_up',
    help: 'Whether Postgres answered: 1 or 0',
    registers: [registry],
  });
  const gauges = Object.entries(figures).map(([name, { help, label }]) => {
    const gauge = new Gauge({ name, help, labelNames: label ? [label] : [], registers: [registry] });
    return [name, { gauge, label }] as const;
  });
  let last: { at: number; text: Promise<string> } | null = null;

  async function read(): Promise<string> {
    for (const [, { gauge }] of gauges) gauge.reset();
    try {
      const rows = await readFigures(deployment);
      const byName = new Map<string, (typeof gauges)[number][1]>(gauges);
      for (const { name, label, value } of rows) {
        const figure = byName.get(name)!;
        if (figure.label) figure.gauge.set({ [figure.label]: label }, value);
        else figure.gauge.set(value);
      }
      up.set(1);
      return await registry.metrics();
    } catch (error) {
      log.warn(error, 'the figures of the deployment could not be read');
      last = null;
      up.set(0);
      return registry.getSingleMetricAsString('postroom_database_up');
    }
  }

  return {
    text() {
      const now = performance.now();
      if (!last || now - last.at > freshForMs) last = { at: now, text: read() };
      return last.text;
    },
  };
}

/** One transaction, so that the time limit ends with it. */
async function readFigures(deployment: Deployment): Promise<Row[]> {
  return deployment.sql.transaction().execute(async (tx) => {
    await sql`set local statement_timeout = ${sql.lit(statementTimeoutMs)}`.execute(tx);
    const { rows: mailboxRows } = await mailboxFigures.execute(tx);
    const { rows: workRows } = await workFigures.execute(tx);
    return [...mailboxRows, ...workRows];
  });
}

const mailboxFigures = sql<Row>`
  with live as materialized (
    select *, disconnected_at is null as connected from mailbox where deleted_at is null
  ), connected as materialized (
    select live.*, not (health.problem is null and notified_at is not null and watch_expires_at > now()
      and (notification_missed_at is null or notified_at > notification_missed_at)) as polled
    from live cross join notification_health health where connected
  )
  select 'postroom_mailboxes' as name, state as label, count(live.id)::float8 as value
  from unnest(array['connected', 'trouble', 'disconnected']) state left join live on state = case
    when not connected then 'disconnected' when trouble_since is not null then 'trouble' else 'connected' end
  group by state
  union all select 'postroom_mailboxes_disconnected', disconnected_code, count(*) from live
    where not connected group by disconnected_code
  union all select 'postroom_mailboxes_in_trouble', coalesce(failing_problem->>'code', 'unknown'), count(*)
    from connected where trouble_since is not null group by 2
  union all select 'postroom_mailboxes_polled', '', count(*) filter (where polled) from connected
  union all select 'postroom_mailboxes_overdue', '', count(*) filter (where next_sync_at < now()) from connected
  union all select 'postroom_sync_lag_seconds', '', coalesce(extract(epoch from
    max(now() - greatest(synced_at, connected_at)) filter (where failing_since is not null or next_sync_at < now())), 0)
    from connected
  union all select 'postroom_oldest_unread_notification_seconds', '',
    coalesce(extract(epoch from now() - min(unread_since)), 0) from connected
  union all select 'postroom_watch_expiry_seconds', '', extract(epoch from min(watch_expires_at) - now())
    from connected having min(watch_expires_at) is not null
  union all select 'postroom_notifications_failing', '', (problem is not null)::int from notification_health`;

const workFigures = sql<Row>`
  select 'postroom_queue_jobs' as name, name as label, count(*)::float8 as value from pgboss.job
    where state < 'completed' and start_after <= now() group by pgboss.job.name
  union all select 'postroom_queue_oldest_seconds', name, extract(epoch from now() - min(start_after))
    from pgboss.job where state < 'active' and start_after <= now() group by pgboss.job.name
  union all select 'postroom_deliveries', state, count(delivery.message_id)
    from unnest(array['queued', 'sending', 'held']) state left join delivery using (state) group by state
  union all select 'postroom_deliveries_oldest_seconds', state,
    extract(epoch from now() - min(greatest(send_after, next_attempt_at)))
    from delivery where state in ('queued', 'sending', 'held') and send_after <= now() group by state
  union all select 'postroom_unfetched_messages', '', count(*) from unfetched_message`;
