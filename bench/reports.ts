import type pg from 'pg';
import { startBenchEnvironment } from './environment.ts';
import { fillInstance } from './fill-instance.ts';

const rounds = 20;
const large = 1_000_000;

/**
 * Milliseconds to answer all that the page of reports asks for at once, over HTTP, about all messages of an inbox of a
 * million (BENCH_MESSAGES replaces it): without and within opening hours, and about its last 30 days. Floor: Postgres
 * reads every counted row once, on one processor. `ratio`: all to the floor. Medians and the slowest of 20.
 */
export async function reportsBench(): Promise<Record<string, number>> {
  const messages = Number(process.env.BENCH_MESSAGES ?? large);
  const environment = await startBenchEnvironment();
  try {
    await environment.startPostroom('web');
    await environment.signIn();
    const instanceId = environment.instanceId();
    await fillInstance(environment.pool, instanceId, { messages });
    await addDone(environment.pool, instanceId);
    const base = `/api/instances/${instanceId}`;
    const week = [1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '17:30' }));
    const hours = {
      timeZone: 'Europe/Berlin',
      week,
      holidays: [{ date: '2026-12-25', name: 'Christmas Day' }],
    };
    await environment.call('PUT', `${base}/opening-hours`, hours);
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const page = async (from: string, step: string, withinHours: boolean) => {
      const period = `from=${from}&to=${day(0)}`;
      await Promise.all(
        [
          `times?${period}&group=${step}&compare=mailbox&withinHours=${withinHours}`,
          `volume?${period}&step=${step}`,
          'backlog',
        ].map((path) => environment.call('GET', `${base}/reports/${path}`)),
      );
    };
    const all = await time(() => page(day(800), 'week', false));
    const within = await time(() => page(day(800), 'week', true));
    const month = await time(() => page(day(30), 'day', true));
    const floor = await time(() =>
      environment.pool.query(
        'select count(*), max(at - waiting_since) from report_fact where instance_id = $1',
        [instanceId],
      ),
    );
    console.table({ all, 'within opening hours': within, '30 days within opening hours': month, floor });
    const ratio = Math.round((10 * all.median) / floor.median) / 10;
    return { all: all.median, within: within.median, month: month.median, floor: floor.median, ratio };
  } finally {
    await environment.stop();
  }
}

/** Most conversations were done, a day after they began. */
async function addDone(pool: pg.Pool, instanceId: string): Promise<void> {
  await pool.query(
    `insert into report_fact (instance_id, item_id, conversation_id, kind, mailbox_id, at, waiting_since, seconds, place)
     select instance_id, gen_random_uuid(), id, 'done', mailbox_id, created_at + interval '1 day', created_at,
       86400, report_place(86400)
     from conversation where instance_id = $1 and status = 'done'`,
    [instanceId],
  );
  await pool.query('vacuum analyze report_fact');
}

async function time(work: () => Promise<unknown>): Promise<{ median: number; slowest: number }> {
  const times: number[] = [];
  await work();
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await work();
    times.push(Math.round(performance.now() - began));
  }
  times.sort((a, b) => a - b);
  return { median: times[rounds / 2]!, slowest: times.at(-1)! };
}
