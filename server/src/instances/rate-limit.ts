import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import { createProblem, ProblemError } from '../problems.ts';

/** How often within so many seconds. */
export type RateLimit = { max: number; seconds: number };

/** Counts one attempt in the whole deployment, whichever process it came to. */
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

/** Throws Refused where what was counted has reached the limit already. */
export async function assertBelowLimit(
  deployment: Deployment,
  key: string,
  { max }: RateLimit,
): Promise<void> {
  const row = await deployment.sql
    .selectFrom('attempt')
    .where('key', '=', key)
    .where('resetsAt', '>', new Date())
    .select(['count', 'resetsAt'])
    .executeTakeFirst();
  if (!row || row.count < max) return;
  const minutes = Math.max(1, Math.ceil((row.resetsAt.getTime() - Date.now()) / 60_000));
  throw new ProblemError(createProblem(429, 'too-many-attempts', { minutes }));
}

/** Refuses beyond the limit, else counts: for what costs something each time. */
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

/** Drops what counts no more. */
export async function sweepAttempts(deployment: Deployment): Promise<void> {
  await deployment.sql.deleteFrom('attempt').where('resetsAt', '<=', new Date()).execute();
}
