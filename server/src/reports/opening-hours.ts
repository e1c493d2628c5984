import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Holiday, OpeningTime } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { createProblem, ProblemError } from '../problems.ts';

/** When an organization answers, and the time zone (IANA) in which its reports count days. */
export type OpeningHours = { timeZone: string; week: OpeningTime[]; holidays: Holiday[] };

const columns = ['timeZone', 'week', 'holidays'] as const;

/** The stored opening hours; null as long as an admin has set none. */
export async function openingHours(tx: InstanceTransaction): Promise<OpeningHours | null> {
  const row = await tx.sql.selectFrom('openingHours').select(columns).executeTakeFirst();
  return row ?? null;
}

/**
 * Stores opening hours; reports use them from now on, for all times. Throws a ProblemError for an unknown time zone,
 * and for times of a day that overlap or end before they begin.
 */
export async function saveOpeningHours(
  tx: InstanceTransaction,
  hours: OpeningHours,
  actor: Actor,
): Promise<OpeningHours> {
  const { timeZone } = hours;
  if (!isTimeZone(timeZone)) throw new ProblemError(createProblem(400, 'unknown-time-zone'));
  const week = hours.week.toSorted((a, b) => a.day - b.day || (a.from < b.from ? -1 : 1));
  const isInvalid = week.some(({ day, from, to }, index) => {
    const next = week[index + 1];
    return from >= to || (next?.day === day && next.from < to);
  });
  if (isInvalid) throw new ProblemError(createProblem(400, 'opening-times-overlap'));
  const byDate = new Map(hours.holidays.map((holiday) => [holiday.date, holiday]));
  const holidays = [...byDate.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1));
  const after = { timeZone, week, holidays };
  const before = await openingHours(tx);
  const values = { timeZone, week: JSON.stringify(week), holidays: JSON.stringify(holidays) };
  await tx.sql
    .insertInto('openingHours')
    .values({ instanceId: tx.instanceId, ...values })
    .onConflict((conflict) => conflict.column('instanceId').doUpdateSet(values))
    .execute();
  await audit(tx, actor, {
    action: 'reports.opening-hours-changed',
    subject: 'Opening hours',
    before,
    after,
  });
  return after;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
