import { type RawBuilder, sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type OpeningCalendar, openingCalendar, withinCalendar } from './opening-calendar.ts';
import { type OpeningHours, openingHours } from './opening-hours.ts';
import { factsOf, type ReportFilter, type ReportStep } from './report-filter.ts';

/** By what times are compared. */
export type ReportGroup = ReportStep | 'mailbox' | 'user' | 'tag';

/** How many there were, and the seconds that half and nine tenths of them took at most. */
export type Times = { count: number; median: number; ninetieth: number };

/** `key`: the first day of the step, or an id; null for what has none, such as an answer sent from Gmail. */
export type TimesOfGroup = {
  key: string | null;
  first: Times | null;
  next: Times | null;
  resolution: Times | null;
};

export type ResponseTimes = { total: Omit<TimesOfGroup, 'key'>; groups: TimesOfGroup[] };

type Row = Times & { key: string | null; isTotal: boolean; measure: 'first' | 'next' | 'resolution' };

/**
 * First response, next response and resolution times (docs/reports.md), in all and by group. With `withinHours`
 * only the seconds within the opening hours count, if there are any.
 */
export async function responseTimes(
  tx: InstanceTransaction,
  filter: ReportFilter,
  { group, withinHours }: { group: ReportGroup; withinHours: boolean },
): Promise<ResponseTimes> {
  const hours = await openingHours(tx);
  const timeZone = hours?.timeZone ?? 'UTC';
  const calendar = withinHours && hours ? await calendarOf(tx, filter, hours) : null;
  const measured = timesOf(calendar, sql`f.waiting_since is not null and ${factsOf(tx, filter, timeZone)}`);
  const tagged = sql`join conversation_tag t
    on t.instance_id = f.instance_id and t.conversation_id = f.conversation_id`;
  // Times are counted by their logarithm: sorting hundreds of thousands of them would take seconds.
  // Sums of integers are fast, of what `sum` makes of larger numbers they are not; the same goes for comparing with 0.9.
  const counted = sql`place, count(*)::integer as times, sum(seconds)::float8 as seconds`;
  await sql`set local work_mem = '64MB'`.execute(tx.sql);
  const { rows } = await sql<Row>`
    with steps as (${stepBounds(filter, group, timeZone)}), grouped as (
      select ${keyOf(group)} as key, measure, ${counted}
      from (${measured}) f ${group === 'tag' ? tagged : sql``} group by 1, 2, 3
    ), total as (
      ${
        group === 'tag'
          ? sql`select measure, ${counted} from (${measured}) f group by 1, 2`
          : sql`select measure, place, sum(times)::integer as times, sum(seconds) as seconds from grouped group by 1, 2`
      }
    ), summed as (
      select false as is_total, key, measure, times, seconds / times as mean,
        sum(times) over (partition by key, measure order by place rows unbounded preceding) as up_to,
        sum(times) over (partition by key, measure) as of
      from grouped
      union all
      select true, null, measure, times, seconds / times,
        sum(times) over (partition by measure order by place rows unbounded preceding),
        sum(times) over (partition by measure)
      from total
    )
    select is_total, ${isStep(group) ? sql`(select starts from steps)[key::int]` : sql`key`} as key,
      (array['first', 'next', 'resolution'])[measure] as measure, max(of)::int as count,
      min(mean) filter (where 2 * up_to >= of) as median,
      min(mean) filter (where 10 * up_to >= 9 * of) as ninetieth
    from summed group by is_total, summed.key, measure order by 2`.execute(tx.sql);
  const ofKey = (key: string | null, ofTotal: boolean) => {
    const find = (measure: Row['measure']): Times | null => {
      const row = rows.find((one) => one.isTotal === ofTotal && one.key === key && one.measure === measure);
      return row ? { count: row.count, median: row.median, ninetieth: row.ninetieth } : null;
    };
    return { first: find('first'), next: find('next'), resolution: find('resolution') };
  };
  const keys = [...new Set(rows.filter(({ isTotal }) => !isTotal).map(({ key }) => key))];
  return { total: ofKey(null, true), groups: keys.map((key) => ({ key, ...ofKey(key, false) })) };
}

/**
 * The times of the facts, named `f`: which measure each is of, when it ended in seconds since 1970, its seconds and its
 * place, as stored, or within a calendar.
 * Two times of the same place differ by two percent at most.
 */
function timesOf(calendar: OpeningCalendar | null, where: RawBuilder<unknown>): RawBuilder<unknown> {
  const facts = sql`
    select f.instance_id, f.conversation_id, f.mailbox_id, f.user_id, round(date_part('epoch', f.at)) as ended,
      f.seconds, f.place,
      case when f.kind = 'done' then 3 when f.first_response then 1 else 2 end as measure
    from report_fact f where ${where}`;
  if (!calendar) return facts;
  return sql`
    select instance_id, conversation_id, mailbox_id, user_id, ended, measure, seconds,
      (ln(seconds + 1) * 50)::integer as place
    from (${withinCalendar(calendar, facts)}) opened`;
}

const isStep = (group: ReportGroup) => group === 'day' || group === 'week' || group === 'month';

function keyOf(group: ReportGroup): RawBuilder<unknown> {
  if (group === 'mailbox') return sql`f.mailbox_id`;
  if (group === 'user') return sql`f.user_id`;
  if (group === 'tag') return sql`t.tag_id`;
  return sql`width_bucket(f.ended, (select bounds from steps))`;
}

/** When each step of the period begins, in seconds since 1970, and its first day. */
function stepBounds({ from, to }: ReportFilter, group: ReportGroup, timeZone: string): RawBuilder<unknown> {
  const step = isStep(group) ? group : 'day';
  return sql`
    select array_agg(date_part('epoch', start at time zone ${timeZone}) order by start) as bounds,
      array_agg(start::date::text order by start) as starts
    from generate_series(date_trunc(${step}, ${from}::date::timestamp), ${to}::date::timestamp,
      ${`1 ${step}`}::interval) start`;
}

/** From the oldest wait on: each began with a message that is counted itself, and the first of these is found by an index. */
async function calendarOf(tx: InstanceTransaction, { to }: ReportFilter, hours: OpeningHours) {
  const { rows } = await sql<{ from: Date | null }>`
    select min(f.at) as from from report_fact f where f.instance_id = ${tx.instanceId}::uuid`.execute(tx.sql);
  const { from } = rows[0]!;
  return from && openingCalendar(tx, hours, { from, to: new Date(`${to}T23:59:59Z`) });
}
