import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import { createProblem, ProblemError } from '../problems.ts';

// Times are set and compared by Postgres alone: its clock counts microseconds, ours milliseconds.

/** At most `max` attempts within `seconds`. */
export type RateLimit = { max: number; seconds: number };

/** Counts one attempt, for all processes of the deployment. */
export async function countAttempt(
  deployment: Deployment,
  key: string,
  { seconds }: RateLimit,
): Promise<void> {
  await sql`
    insert into attempt (key, count, resets_at) values (${key}, 1, now() + ${seconds} * interval '1 second')
    on conflict (key) do update set
      count = case when attempt.resets_at <= now() then 1 else attempt.count + 1 end,
      resets_at = case when attempt.resets_at <= now() then excluded.resets_at else attempt.resets_at end
  `.execute(deployment.sql);
}

/** Throws a 429 problem if the counted attempts have reached the limit. */
export async function assertBelowLimit(
  deployment: Deployment,
  key: string,
  { max }: RateLimit,
): Promise<void> {
  const row = await deployment.sql
    .selectFrom('attempt')
    .where('key', '=', key)
    .where('resetsAt', '>', sql<Date>`now()`)
    .select(['count', sql<number>`ceil(extract(epoch from resets_at - now()) / 60)::integer`.as('minutes')])
    .executeTakeFirst();
  if (!row || row.count < max) return;
  throw new ProblemError(createProblem(429, 'too-many-attempts', { minutes: row.minutes }));
}

/** Throws a 429 problem at the limit, otherwise counts: for requests that cost something each time. */
export async function enforceRateLimit(
  deployment: Deployment,
  key: string,
  rateLimit: RateLimit,
): Promise<void> {
  await assertBelowLimit(deployment, key, rateLimit);
  await countAttempt(deployment, key, rateLimit);
}

export async function resetAttempts(deployment: Deployment, key: string): Promise<void> {
  await deployment.sql.deleteFrom('attempt').where('key', '=', key).execute();
}

/** Deletes the counts whose time is over. */
export async function sweepAttempts(deployment: Deployment): Promise<void> {
  await deployment.sql.deleteFrom('attempt').where('resetsAt', '<=', sql<Date>`now()`).execute();
}
