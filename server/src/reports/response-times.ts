import { type RawBuilder, sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { openingCalendar, openSeconds } from './opening-calendar.ts';
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
  const isOfTag = group === 'tag';
  const measured = sql`
    select ${isOfTag ? sql`f.conversation_id` : keyOf(group, timeZone)} as key,
      case when f.kind = 'done' then 'resolution' when f.first_response then 'first' else 'next' end as measure,
      ${openSeconds(calendar, [sql<Date>`f.waiting_since`, sql<Date>`f.at`])} as seconds
    from report_fact f where f.waiting_since is not null and ${factsOf(tx, filter, timeZone)}`;
  const figures = sql`count(*)::int as count,
    percentile_cont(array[0.5, 0.9]) within group (order by seconds) as parts`;
  const { rows } = await sql<Row>`
    with measured as materialized (${measured}), summed as (
      select null as key, true as is_total, measure, ${figures} from measured group by measure
      union all
      select ${isOfTag ? sql`t.tag_id::text` : sql`key::text`}, false, measure, ${figures} from measured
      ${
        isOfTag
          ? sql`join conversation_tag t on t.instance_id = ${tx.instanceId} and t.conversation_id = measured.key`
          : sql``
      }
      group by 1, measure
    )
    select key, is_total, measure, count, parts[1] as median, parts[2] as ninetieth from summed
    order by key nulls last`.execute(tx.sql);
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

function keyOf(group: Exclude<ReportGroup, 'tag'>, timeZone: string): RawBuilder<unknown> {
  if (group === 'mailbox') return sql`f.mailbox_id`;
  if (group === 'user') return sql`f.user_id`;
  return sql`date_trunc(${sql.lit(group)}, f.at at time zone ${timeZone})::date`;
}

/** From the oldest wait that ended in the period. */
async function calendarOf(tx: InstanceTransaction, filter: ReportFilter, hours: OpeningHours) {
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select min(f.waiting_since) as from, max(f.at) as to from report_fact f
    where ${factsOf(tx, filter, hours.timeZone)}`.execute(tx.sql);
  const { from, to } = rows[0]!;
  return from && to ? openingCalendar(tx, hours, { from, to }) : null;
}
