import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import { createProblem, ProblemError } from '../problems.ts';

// Times are set and compared by Postgres alone: its clock counts microseconds, ours milliseconds.

/** At most `max` attempts within `seconds`. */
export type RateLimit = { max: number; seconds: number };

/** What is counted, under one key for all processes of the deployment, and how often it may happen. */
export type Counted = { key: string; limit: RateLimit };

/**
 * Counts an attempt under each key, and throws a 429 problem if one of them is over its limit; then it counts
 * under none. It counts before the attempt is made: of many at the same moment no more than the limit pass.
 */
export async function countAttempt(deployment: Deployment, counted: Counted[]): Promise<void> {
  for (const [index, { key, limit }] of counted.entries()) {
    const { count, minutes } = await increment(deployment, key, limit.seconds);
    if (count <= limit.max) continue;
    await uncountAttempt(deployment, counted.slice(0, index + 1));
    throw new ProblemError(createProblem(429, 'too-many-attempts', { minutes }));
  }
}

/** Takes back what countAttempt counted, for an attempt that was no guess. */
export async function uncountAttempt(deployment: Deployment, counted: Counted[]): Promise<void> {
  const keys = counted.map(({ key }) => key);
  if (keys.length === 0) return;
  await deployment.sql
    .updateTable('attempt')
    .set({ count: sql<number>`greatest(count - 1, 0)` })
    .where('key', 'in', keys)
    .execute();
}

/** Whether this is the first call with the key within this time, in any process. */
export async function isFirst(deployment: Deployment, key: string, seconds: number): Promise<boolean> {
  return (await increment(deployment, key, seconds)).count === 1;
}

/** The count, with this attempt, and in how many minutes counting starts again. */
async function increment(
  deployment: Deployment,
  key: string,
  seconds: number,
): Promise<{ count: number; minutes: number }> {
  const { rows } = await sql<{ count: number; minutes: number }>`
    insert into attempt (key, count, resets_at) values (${key}, 1, now() + ${seconds} * interval '1 second')
    on conflict (key) do update set
      count = case when attempt.resets_at <= now() then 1 else attempt.count + 1 end,
      resets_at = case when attempt.resets_at <= now() then excluded.resets_at else attempt.resets_at end
    returning count, ceil(extract(epoch from resets_at - now()) / 60)::integer as minutes
  `.execute(deployment.sql);
  return rows[0]!;
}

/** Deletes the counts whose time is over. */
export async function sweepAttempts(deployment: Deployment): Promise<void> {
  await deployment.sql.deleteFrom('attempt').where('resetsAt', '<=', sql<Date>`now()`).execute();
}
