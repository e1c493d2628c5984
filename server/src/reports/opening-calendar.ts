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
 * The rows of a query with `ended` (seconds since 1970) and `seconds`, of which those within opening hours are counted. SQL.
 * Each step is a query of its own (`offset 0`), so that Postgres looks each time up once.
 */
export function withinCalendar(
  { changes, openBefore }: OpeningCalendar,
  rows: RawBuilder<unknown>,
): RawBuilder<unknown> {
  // Between two changes the seconds of opening up to a time are a sum: a constant and, while it is open, the time.
  const isOpen = changes.map((_, index) => (index % 2 === 0 ? 1 : 0));
  const constants = changes.map((change, index) => openBefore[index]! - isOpen[index]! * change);
  const since = sql`(${[Number.NEGATIVE_INFINITY, ...changes]}::float8[])`;
  const openUntil = (time: RawBuilder<unknown>, place: RawBuilder<unknown>) =>
    sql`(${[0, ...constants]}::float8[])[${place}] + (${[0, ...isOpen]}::float8[])[${place}] * ${time}`;
  return sql`
    select instance_id, conversation_id, mailbox_id, user_id, ended, measure,
      (${openUntil(sql`ended`, sql`end_place`)}) - (${openUntil(sql`(ended - seconds)`, sql`start_place`)}) as seconds
    from (
      select *, width_bucket(ended, ${since}) as end_place, width_bucket(ended - seconds, ${since}) as start_place
      from (${rows} offset 0) ended
      offset 0
    ) placed offset 0`;
}
