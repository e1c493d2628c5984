import { type RawBuilder, sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { OpeningHours } from './opening-hours.ts';

/**
 * When an organization opens and closes, one after the other, in seconds since 1970, and how many seconds it had
 * been open before each of these times.
 */
export type OpeningCalendar = { changes: number[]; openBefore: number[] };

/** The calendar of these times, both included. Changes of the clock are those of the time zone. */
export async function openingCalendar(
  tx: InstanceTransaction,
  { timeZone, week, holidays }: OpeningHours,
  { from, to }: { from: Date; to: Date },
): Promise<OpeningCalendar> {
  const { rows } = await sql<{ opens: number; closes: number }>`
    select date_part('epoch', (day + opening.from) at time zone ${timeZone}) as opens,
      date_part('epoch', (day + opening.to) at time zone ${timeZone}) as closes
    from generate_series(
      (${from}::timestamptz at time zone ${timeZone})::date::timestamp - interval '1 day',
      (${to}::timestamptz at time zone ${timeZone})::date::timestamp + interval '1 day', interval '1 day') day
    join unnest(${week.map(({ day }) => day)}::integer[], ${week.map(({ from }) => from)}::time[],
      ${week.map(({ to }) => to)}::time[]) as opening (weekday, "from", "to")
      on opening.weekday = extract(isodow from day)
    where not day::date = any (${holidays.map(({ date }) => date)}::date[])
    order by opens`.execute(tx.sql);
  const changes: number[] = [];
  const openBefore: number[] = [];
  let open = 0;
  for (const { opens, closes } of rows) {
    changes.push(opens, closes);
    openBefore.push(open, open + closes - opens);
    open += closes - opens;
  }
  return { changes, openBefore };
}

/**
 * The rows of a query with `at` and `waiting_since`, whose `seconds` are those between the two within opening hours. SQL.
 * Each step is a query of its own (`offset 0`), so that Postgres looks each time up once.
 */
export function withinCalendar(
  { changes, openBefore }: OpeningCalendar,
  rows: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const before = sql`(${openBefore}::float8[])`;
  const times = sql`(${changes}::float8[])`;
  // The place of a time is the number of changes up to then: odd while it is open.
  const openUntil = (time: RawBuilder<unknown>, place: RawBuilder<unknown>) =>
    sql`coalesce(${before}[${place}] + (${place} % 2) * (${time} - ${times}[${place}]), 0)`;
  return sql`
    select instance_id, conversation_id, mailbox_id, user_id, at, measure,
      ${openUntil(sql`end_time`, sql`end_place`)} - ${openUntil(sql`start_time`, sql`start_place`)} as seconds
    from (
      select *, width_bucket(start_time, ${times}) as start_place, width_bucket(end_time, ${times}) as end_place
      from (
        select *, date_part('epoch', waiting_since) as start_time, date_part('epoch', at) as end_time
        from (${rows}) ended offset 0
      ) timed offset 0
    ) placed offset 0`;
}
