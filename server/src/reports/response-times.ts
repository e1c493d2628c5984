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

/** `compared`: the groups of `compare`; null without one. */
export type ResponseTimes = {
  total: Omit<TimesOfGroup, 'key'>;
  groups: TimesOfGroup[];
  compared: TimesOfGroup[] | null;
};

/** `grouping`: what the key is of; null for the total. */
type Row = Times & {
  grouping: ReportGroup | null;
  key: string | null;
  measure: 'first' | 'next' | 'resolution';
};

/**
 * First response, next response and resolution times (docs/reports.md), in all and by group; by `compare` too, for which
 * they are not read again. With `withinHours` only the seconds within the opening hours count, if there are any.
 */
export async function responseTimes(
  tx: InstanceTransaction,
  filter: ReportFilter,
  {
    group,
    compare,
    withinHours,
  }: { group: ReportGroup; compare?: ReportGroup | undefined; withinHours: boolean },
): Promise<ResponseTimes> {
  const hours = await openingHours(tx);
  const calendar = withinHours && hours ? await calendarOf(tx, filter, hours) : null;
  const read = (groups: ReportGroup[]) =>
    readTimes(tx, filter, { groups, calendar, timeZone: hours?.timeZone ?? 'UTC' });
  const asked = [...new Set([group, compare ?? group])];
  // A time counts for each tag of its conversation: the total cannot be counted with those.
  const others = asked.filter((one) => one !== 'tag');
  const rows = await read(others.length > 0 ? others : ['month']);
  if (asked.includes('tag')) rows.push(...(await read(['tag'])).filter(({ grouping }) => grouping));
  return {
    total: timesOfKey(rows, null, null),
    groups: groupsOf(rows, group),
    compared: compare ? groupsOf(rows, compare) : null,
  };
}

function groupsOf(rows: Row[], group: ReportGroup): TimesOfGroup[] {
  const keys = new Set(rows.filter(({ grouping }) => grouping === group).map(({ key }) => key));
  return [...keys].map((key) => ({ key, ...timesOfKey(rows, group, key) }));
}

function timesOfKey(rows: Row[], group: ReportGroup | null, key: string | null): ResponseTimes['total'] {
  const find = (measure: Row['measure']): Times | null => {
    const row = rows.find((one) => one.grouping === group && one.key === key && one.measure === measure);
    return row ? { count: row.count, median: row.median, ninetieth: row.ninetieth } : null;
  };
  return { first: find('first'), next: find('next'), resolution: find('resolution') };
}

type TimesQuery = { groups: ReportGroup[]; calendar: OpeningCalendar | null; timeZone: string };

/**
 * Reads the facts once. They are counted by the logarithm of their times: sorting hundreds of thousands of times would take
 * seconds. Sums of integers are fast, of what `sum` makes of larger numbers they are not, nor are comparisons with 0.9.
 */
async function readTimes(
  tx: InstanceTransaction,
  filter: ReportFilter,
  { groups, calendar, timeZone }: TimesQuery,
): Promise<Row[]> {
  const names = groups.map((_, index) => sql.id(`key${index}`));
  const keys = sql.join(names);
  const keyed = sql.join(groups.map((group, index) => sql`${keyOf(group)} as ${names[index]}`));
  const tagged = sql`join conversation_tag t
    on t.instance_id = f.instance_id and t.conversation_id = f.conversation_id`;
  const times = timesOf(calendar, sql`f.waiting_since is not null and ${factsOf(tx, filter, timeZone)}`);
  // Grouping sets would keep Postgres from using a second processor for one group.
  const sets =
    groups.length === 1
      ? sql`${keys}, measure, place`
      : sql`grouping sets (${sql.join(names.map((name) => sql`(${name}, measure, place)`))})`;
  const texts = groups.map(
    (group, index) => sql`when ${sql.lit(index)} then
      ${isStep(group) ? sql`(select starts from steps)[${names[index]}]` : sql`${names[index]}::text`}`,
  );
  await sql`set local work_mem = '64MB'`.execute(tx.sql);
  const { rows } = await sql<Omit<Row, 'grouping'> & { place: number | null }>`
    with steps as (${stepBounds(filter, groups.find(isStep) ?? 'day', timeZone)}), grouped as (
      select ${groups.length === 1 ? sql`0` : sql`grouping(${names[0]})`} as set, ${keys}, measure, place,
        count(*)::integer as times, sum(seconds)::float8 as seconds
      from (
        select ${keyed}, measure, place, seconds from (${times}) f ${groups.includes('tag') ? tagged : sql``}
      ) keyed
      group by ${sets}
    ), total as (
      select measure, place, sum(times)::integer as times, sum(seconds) as seconds
      from grouped where set = 0 group by 1, 2
    ), summed as (
      select set, ${keys}, measure, times, seconds / times as mean,
        sum(times) over (partition by set, ${keys}, measure order by place rows unbounded preceding) as up_to,
        sum(times) over (partition by set, ${keys}, measure) as of
      from grouped
      union all
      select null, ${sql.join(groups.map(() => sql`null`))}, measure, times, seconds / times,
        sum(times) over (partition by measure order by place rows unbounded preceding),
        sum(times) over (partition by measure)
      from total
    )
    select set as place, case set ${sql.join(texts, sql` `)} end as key,
      (array['first', 'next', 'resolution'])[measure] as measure, max(of)::int as count,
      min(mean) filter (where 2 * up_to >= of) as median,
      min(mean) filter (where 10 * up_to >= 9 * of) as ninetieth
    from summed group by set, ${keys}, measure order by 1, 2`.execute(tx.sql);
  return rows.map(({ place, ...row }) => ({ ...row, grouping: place === null ? null : groups[place]! }));
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

const isStep = (group: ReportGroup): group is ReportStep =>
  group === 'day' || group === 'week' || group === 'month';

function keyOf(group: ReportGroup): RawBuilder<unknown> {
  if (group === 'mailbox') return sql`f.mailbox_id`;
  if (group === 'user') return sql`f.user_id`;
  if (group === 'tag') return sql`t.tag_id`;
  return sql`width_bucket(f.ended, (select bounds from steps))`;
}

/** When each step of the period begins, in seconds since 1970, and its first day. */
function stepBounds({ from, to }: ReportFilter, step: ReportStep, timeZone: string): RawBuilder<unknown> {
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
