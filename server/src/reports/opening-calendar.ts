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

/** How many seconds of these were within opening hours; without a calendar all of them. SQL. */
export function openSeconds(
  calendar: OpeningCalendar | null,
  [from, to]: [RawBuilder<Date>, RawBuilder<Date>],
): RawBuilder<number> {
  const seconds = (time: RawBuilder<Date>) => sql`date_part('epoch', ${time})`;
  if (!calendar) return sql`(${seconds(to)} - ${seconds(from)})`;
  if (calendar.changes.length === 0) return sql`0::float8`;
  const changes = sql`${calendar.changes}::float8[]`;
  const openBefore = sql`${calendar.openBefore}::float8[]`;
  const openUntil = (time: RawBuilder<Date>) => {
    // The number of changes up to then: odd while it is open.
    const place = sql`width_bucket(${seconds(time)}, ${changes})`;
    return sql`coalesce((${openBefore})[${place}] + (${place} % 2) * (${seconds(time)} - (${changes})[${place}]), 0)`;
  };
  return sql`(${openUntil(to)} - ${openUntil(from)})`;
}
