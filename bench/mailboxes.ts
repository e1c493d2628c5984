import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { units as gmailUnits } from '../server/src/google/quota.ts';
import { createSealer } from '../server/src/google/seal.ts';
import { grantPurpose } from '../server/src/mailboxes/gmail-access.ts';
import { pollIntervals } from '../server/src/mailboxes/poll-intervals.ts';
import { type BenchEnvironment, type Program, startBenchEnvironment } from './environment.ts';
import { postgresSeconds } from './postgres-seconds.ts';
import { secretForSessions as secret } from './user-sessions.ts';

const most = Number(process.env.BENCH_MAILBOXES ?? 10_000);
const seconds = Number(process.env.BENCH_SECONDS ?? 30);
const account = 'desk@acme.example';

type Measured = { server: number; postgres: number; transactions: number; looks: number };

/**
 * What quiet mailboxes cost (100, 1,000 and 10,000): cores of the server and of Postgres, transactions a second and looks a
 * second, with Pub/Sub, and for the most of them without it, with the interval between two looks at a mailbox. Also how
 * long it takes until each of them was looked at when all are overdue. All
 * are one account to Google, so that their profiles, at most ten a second, are not compared. `ratio`: the cores of
 * server and Postgres for the most mailboxes with Pub/Sub, to 0.2, which is the aim.
 */
export async function mailboxesBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    const start = (env: Record<string, string | undefined> = {}) =>
      environment.startPostroom('all', { POSTROOM_SECRET: secret, ...env });
    const first = await start();
    await environment.signIn();
    await environment.connect([account]);
    await untilNotified(environment);
    await first.stop();
    const figures: Record<string, number> = {};
    const rows: Record<string, object> = {};
    const measured: Measured[] = [];
    for (const [index, size] of [most / 100, most / 10, most].entries()) {
      await copyMailbox(environment, size, pollIntervals(size).notified);
      const program = await start();
      measured.push(await measure(environment, program));
      await program.stop();
      rows[`${size} with Pub/Sub`] = toTableRow(measured.at(-1)!);
      const { server, postgres } = measured.at(-1)!;
      figures[`cores${10 ** index}x`] = round(server + postgres);
    }
    const { seconds: overdueSeconds, looksEach } = await lookAfterDowntime(environment, start);
    rows[`${most}, all due at once`] = { 'seconds until each is looked at': round(overdueSeconds) };
    // No notification reaches a deployment without a topic.
    await environment.pool.query(
      `update mailbox set watch_expires_at = null, notified_at = null,
         next_sync_at = now() + random() * $1 * interval '1 ms'`,
      [pollIntervals(most).idle],
    );
    const polling = await start({ GOOGLE_PUBSUB_TOPIC: undefined });
    const polled = await measure(environment, polling);
    await polling.stop();
    const interval = most / polled.looks;
    rows[`${most} without Pub/Sub`] = { ...toTableRow(polled), 'seconds between looks': round(interval) };
    console.table(rows);
    const last = measured.at(-1)!;
    return {
      serverCores: round(last.server),
      postgresCores: round(last.postgres),
      transactions: Math.round(last.transactions),
      looks: round(last.looks),
      looksWithoutNotifications: round(polled.looks),
      intervalWithoutNotifications: round(interval),
      coresWithoutNotifications: round(polled.server + polled.postgres),
      overdueSeconds: round(overdueSeconds),
      looksEach,
      ...figures,
      ratio: round((last.server + last.postgres) / 0.2),
    };
  } finally {
    await environment.stop();
  }
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;

const toTableRow = ({ server, postgres, transactions, looks }: Measured) => ({
  'cores of the server': round(server),
  'cores of Postgres': round(postgres),
  'transactions a second': Math.round(transactions),
  'looks a second': round(looks),
});

async function untilNotified({ pool }: BenchEnvironment): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('select from mailbox where notified_at is not null and cursor > 0');
    if (rows.length > 0) return;
    await sleep(200);
  }
}

/** Copies the connected mailbox until there are `count`, due evenly within `withinMs`. */
async function copyMailbox({ pool }: BenchEnvironment, count: number, withinMs: number): Promise<void> {
  const grant = await openGrant(pool);
  const sealer = createSealer([secret]);
  const { rows } = await pool.query<{ there: number }>('select count(*)::int as there from mailbox');
  for (let there = rows[0]!.there; there < count; there += 500) {
    const ids = Array.from({ length: Math.min(500, count - there) }, () => randomUUID());
    const seal = (text: string) => Promise.all(ids.map((id) => sealer.seal(text, grantPurpose(id))));
    await pool.query(
      `insert into mailbox select copy.* from unnest($1::uuid[]) given (id)
       cross join (select one from mailbox one order by created_at limit 1) first (one)
       cross join lateral jsonb_populate_record(first.one, jsonb_build_object('id', given.id, 'google_sub', given.id,
         'address', given.id || '@acme.example', 'created_at', now())) copy`,
      [ids],
    );
    await pool.query(
      `insert into mailbox_grant select copy.* from unnest($1::uuid[], $2::text[], $3::text[]) given (id, refresh, access)
       cross join (select one from mailbox_grant one limit 1) first (one)
       cross join lateral jsonb_populate_record(first.one, jsonb_build_object('mailbox_id', given.id,
         'refresh_token', given.refresh, 'access_token', given.access)) copy`,
      [ids, await seal(grant.refreshToken), await seal(grant.accessToken)],
    );
  }
  await pool.query(
    `update mailbox set next_sync_at = now() + random() * $1 * interval '1 ms', profile_check_at = now() + interval '1 day',
       watch_expires_at = now() + interval '7 days', watch_renew_at = now() + interval '1 day',
       send_as_due_at = now() + interval '1 day', unread_since = null, connected_at = now() - interval '1 day'`,
    [withinMs],
  );
  await pool.query('vacuum analyze mailbox, mailbox_grant');
}

async function openGrant(pool: BenchEnvironment['pool']) {
  const sealer = createSealer([secret]);
  const { rows } = await pool.query<{ id: string; refresh: string; access: string }>(
    'select mailbox_id as id, refresh_token as refresh, access_token as access from mailbox_grant limit 1',
  );
  const { id, refresh, access } = rows[0]!;
  const open = async (sealed: string) => (await sealer.open(sealed, grantPurpose(id)))!;
  return { refreshToken: await open(refresh), accessToken: await open(access) };
}

/**
 * Starts after ten minutes in which nobody looked, so that every mailbox is overdue. Seconds from when the process is ready
 * until each was looked at, and looks a mailbox.
 */
async function lookAfterDowntime(
  environment: BenchEnvironment,
  start: () => Promise<Program>,
): Promise<{ seconds: number; looksEach: number }> {
  const { pool } = environment;
  await pool.query(
    `update mailbox set next_sync_at = now() - interval '10 minutes', synced_at = now() - interval '20 minutes'`,
  );
  const requestsBefore = await environment.unitsSpent(account);
  const program = await start();
  const began = performance.now();
  for (;;) {
    await sleep(200);
    const { rows } = await pool.query<{ left: number }>(
      `select count(*)::int as left from mailbox where synced_at < now() - interval '10 minutes'`,
    );
    if (rows[0]!.left === 0) break;
  }
  const took = (performance.now() - began) / 1_000;
  const units = (await environment.unitsSpent(account)) - requestsBefore;
  await program.stop();
  return { seconds: took, looksEach: round(units / gmailUnits.historyList / most) };
}

/** Measures after the first ten seconds, in which code is compiled and connections are opened. */
async function measure(environment: BenchEnvironment, program: Program): Promise<Measured> {
  const { pool } = environment;
  const counters = async () => {
    // A backend publishes what it did within a second.
    const { rows } = await pool.query<{ transactions: number }>(
      'select xact_commit::float8 as transactions from pg_stat_database where datname = current_database()',
    );
    const time = await pool.query<{ now: Date }>('select clock_timestamp() as now');
    return {
      at: time.rows[0]!.now,
      server: program.processorSeconds(),
      postgres: await postgresSeconds(pool),
      transactions: rows[0]!.transactions,
    };
  };
  await sleep(10_000);
  const before = await counters();
  await sleep(seconds * 1_000);
  const after = await counters();
  const { rows } = await pool.query<{ looks: number }>(
    'select count(*)::int as looks from mailbox where synced_at between $1 and $2',
    [before.at, after.at],
  );
  const took = (after.at.getTime() - before.at.getTime()) / 1_000;
  const rate = (name: 'server' | 'postgres' | 'transactions') => (after[name] - before[name]) / took;
  return {
    server: rate('server'),
    postgres: rate('postgres'),
    transactions: rate('transactions'),
    looks: rows[0]!.looks / took,
  };
}
