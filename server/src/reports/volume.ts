import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { openingHours } from './opening-hours.ts';
import { factsOf, type ReportFilter, type ReportStep } from './report-filter.ts';

/** Messages of customers, messages that people here sent, and conversations that were done. */
export type Counts = { arrivals: number; sent: number; done: number };

export type Volume = {
  /** By the first day of each step; steps without messages are left out. */
  steps: Array<Counts & { start: string }>;
  /** By weekday, 1 is Monday, and hour, 0 to 23; those without messages are left out. */
  hours: Array<Counts & { weekday: number; hour: number }>;
};

/** How much was written in a period, over time and by hour of the week. */
export async function volume(
  tx: InstanceTransaction,
  filter: ReportFilter,
  step: ReportStep,
): Promise<Volume> {
  const timeZone = (await openingHours(tx))?.timeZone ?? 'UTC';
  const counts = sql`sum(arrivals)::int as arrivals, sum(sent)::int as sent, sum(done)::int as done`;
  const countOf = (kind: string) => sql`count(*) filter (where f.kind = ${sql.lit(kind)})`;
  await sql`set local work_mem = '64MB'`.execute(tx.sql);
  const seconds = await bucketSeconds(tx, filter, timeZone);
  const { rows } = await sql<Counts & { start: string | null; weekday: number; hour: number }>`
    with bucket as (
      select date_bin(${sql.lit(`${seconds} seconds`)}, f.at, 'epoch') as start, ${countOf('arrival')} as arrivals,
        ${countOf('sent')} as sent, ${countOf('done')} as done
      from report_fact f where ${factsOf(tx, filter, timeZone)} group by 1
    ), local as materialized (
      select start at time zone ${timeZone} as at, arrivals, sent, done from bucket
    )
    select date_trunc(${sql.lit(step)}, at)::date::text as start, extract(isodow from at)::int as weekday,
      extract(hour from at)::int as hour, ${counts}
    from local
    group by grouping sets ((date_trunc(${sql.lit(step)}, at)), (extract(isodow from at), extract(hour from at)))
    order by 1, 2, 3`.execute(tx.sql);
  return {
    steps: rows.flatMap(({ start, arrivals, sent, done }) =>
      start ? [{ start, arrivals, sent, done }] : [],
    ),
    hours: rows.flatMap(({ start, ...row }) => (start ? [] : [row])),
  };
}

/**
 * The local time is computed once for each hour, or for each quarter of one where the time zone is ahead of UTC by
 * parts of an hour at some time of the period.
 */
async function bucketSeconds(
  tx: InstanceTransaction,
  { from, to }: ReportFilter,
  timeZone: string,
): Promise<number> {
  const { rows } = await sql<{ wholeHours: boolean }>`
    select bool_and(extract(minute from day at time zone 'UTC' at time zone ${timeZone}) = 0) as "wholeHours"
    from generate_series(${from}::date::timestamp, ${to}::date + interval '7 days', interval '7 days') day
  `.execute(tx.sql);
  return rows[0]!.wholeHours ? 3_600 : 900;
}
