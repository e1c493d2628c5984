import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ProcessFigures } from '../database/column-types.ts';
import type { Deployment } from '../database/connect.ts';
import { keyIdOf } from '../google/seal.ts';
import { poolUse } from '../metrics/measure-pool.ts';
import { lowestQuotaLeft } from '../metrics/measure-quota.ts';
import { eventLag, liveStreams, loopFailing, loopLastTurn, refreshes } from '../metrics/metrics.ts';
import type { Secrets } from '../secrets.ts';

export type ProcessRole = 'all' | 'web' | 'worker';

/** `isSilent`: it has not reported for 30 s. It hangs, was killed, or does not reach Postgres. */
export type ProcessReport = {
  id: string;
  role: ProcessRole;
  pid: number;
  startedAt: Date;
  reportedAt: Date;
  isSilent: boolean;
  figures: ProcessFigures;
};

const silentAfterSeconds = 30;
/** A silent process is shown for so long; whoever restarts processes has started another in its place. */
const forgottenAfterSeconds = 15 * 60;
/** A loop without a turn for so long has stopped: the bound of the alert PostroomLoopStopped. */
const loopStoppedSeconds = 600;
/** The event lag is an average over so long (ms). */
const lagPeriodMs = 5 * 60_000;
/** How long the end of a process waits for the removal of its report (ms). */
const closeMs = 1_000;

/** Reports this process `everyMs` until it is closed, which takes a second at most. What fails is tried again. */
export function startProcessReports(
  deployment: Pick<Deployment, 'sql'>,
  { role, secrets, url }: { role: ProcessRole; secrets: Secrets; url: string },
  { everyMs = 5_000 } = {},
): { close(): Promise<void> } {
  const id = randomUUID();
  const closing = new AbortController();
  const readLag = createLagReader();
  const constant = { sealKeys: secrets.map(keyIdOf), url: role === 'worker' ? null : url };
  const running = (async () => {
    while (!closing.signal.aborted) {
      const figures = { ...constant, ...(await readFigures(await readLag())) };
      await writeReport(deployment, { id, role, figures }).catch(() => {});
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => {});
    }
    await deployment.sql
      .deleteFrom('processReport')
      .where('id', '=', id)
      .execute()
      .catch(() => {});
  })();
  return {
    async close() {
      closing.abort();
      await Promise.race([running, sleep(closeMs, undefined, { ref: false })]);
    },
  };
}

/** All processes, those silent for a while included; the oldest first. */
export async function readProcesses(deployment: Pick<Deployment, 'sql'>): Promise<ProcessReport[]> {
  const { rows } = await sql<ProcessReport>`
    select id, role, pid, started_at as "startedAt", reported_at as "reportedAt", figures,
      reported_at < now() - make_interval(secs => ${silentAfterSeconds}) as "isSilent"
    from process_report where reported_at > now() - make_interval(secs => ${forgottenAfterSeconds})
    order by role, started_at, id`.execute(deployment.sql);
  return rows;
}

/**
 * How many processes run that cannot open what is sealed with the secret: they were started before it was made. One of
 * an earlier release does not say what it opens, and is counted.
 */
export async function countWithoutSecret(
  deployment: Pick<Deployment, 'sql'>,
  secret: string,
): Promise<number> {
  const processes = await readProcesses(deployment);
  return processes.filter(
    ({ isSilent, figures }) => !isSilent && !figures.sealKeys?.includes(keyIdOf(secret)),
  ).length;
}

/**
 * The address at which people open what runs here; null if nothing does. A command may not know it: the settings of the
 * server may be in its own shell.
 */
export async function readRunningUrl(deployment: Pick<Deployment, 'sql'>): Promise<string | null> {
  const processes = await readProcesses(deployment);
  return processes.find(({ isSilent, figures }) => !isSilent && figures.url)?.figures.url ?? null;
}

/** Times are those of Postgres, so that clocks of machines need not agree. */
async function writeReport(
  deployment: Pick<Deployment, 'sql'>,
  { id, role, figures }: Pick<ProcessReport, 'id' | 'role' | 'figures'>,
): Promise<void> {
  await sql`
    with forgotten as (
      delete from process_report where reported_at < now() - make_interval(secs => ${forgottenAfterSeconds}) and id <> ${id}
    )
    insert into process_report (id, role, pid, started_at, reported_at, figures)
    values (${id}, ${role}, ${process.pid}, now() - make_interval(secs => ${process.uptime()}), now(), ${JSON.stringify(figures)})
    on conflict (id) do update set reported_at = excluded.reported_at, figures = excluded.figures`.execute(
    deployment.sql,
  );
}

async function readFigures(eventLagMs: number | null): Promise<Omit<ProcessFigures, 'sealKeys' | 'url'>> {
  const loopsWhere = (
    values: Array<{ value: number; labels: { loop?: string | number } }>,
    applies: (value: number) => boolean,
  ) => values.flatMap(({ value, labels }) => (applies(value) ? [String(labels.loop)] : []));
  const oldestTurn = Date.now() / 1_000 - loopStoppedSeconds;
  const refreshed = (await refreshes.get()).values;
  const { used, waiting } = poolUse();
  return {
    failingLoops: loopsWhere((await loopFailing.get()).values, (failures) => failures > 0),
    stoppedLoops: loopsWhere((await loopLastTurn.get()).values, (turn) => turn < oldestTurn),
    streams: (await liveStreams.get()).values[0]?.value ?? 0,
    eventLagMs,
    connectionsUsed: used,
    connectionsWaiting: waiting,
    refreshes: refreshed.reduce((sum, { value }) => sum + value, 0),
    refreshesFailed: refreshed.find(({ labels }) => labels.result === 'failed')?.value ?? 0,
    quotaLeft: lowestQuotaLeft(),
  };
}

/** Reads the average of the last minutes from a histogram that only grows. */
function createLagReader(): () => Promise<number | null> {
  const readings: Array<{ at: number; sum: number; count: number }> = [];
  return async () => {
    const { values } = await eventLag.get();
    const figure = (suffix: string) =>
      values.find(({ metricName }) => metricName === `postroom_event_lag_seconds_${suffix}`)?.value ?? 0;
    const newest = { at: performance.now(), sum: figure('sum'), count: figure('count') };
    readings.push(newest);
    while (readings[0]!.at < newest.at - lagPeriodMs) readings.shift();
    const [oldest] = readings;
    const events = newest.count - oldest!.count;
    return events === 0 ? null : Math.round(((newest.sum - oldest!.sum) / events) * 1_000);
  };
}
