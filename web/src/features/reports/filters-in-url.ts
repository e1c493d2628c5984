import { daysAgo } from '../../ui/figures/period.ts';
import type { Filters } from './report-filters.tsx';

/** The filters as they stand in the URL of the page. What is the default is left out. */
export type FilterSearch = {
  days?: number;
  from?: string;
  to?: string;
  mailbox?: string;
  user?: string;
  tag?: string;
  hours?: 'open';
};

const defaultDays = 30;
const maxDays = 3_660;

/** The filters of a URL; what is no valid value in it has the default. */
export function filtersOf(search: Record<string, unknown>): Filters {
  const { days, from, to } = search;
  const period =
    isDate(from) && isDate(to) && from <= to
      ? { days: null, from, to }
      : daysAgo(
          Number.isInteger(days) && Number(days) > 0 && Number(days) <= maxDays ? Number(days) : defaultDays,
        );
  return {
    period,
    mailboxId: idOf(search.mailbox),
    userId: idOf(search.user),
    tagId: idOf(search.tag),
    withinHours: search.hours === 'open',
  };
}

export function searchOf({ period, mailboxId, userId, tagId, withinHours }: Filters): FilterSearch {
  const { days, from, to } = period;
  const wanted = {
    ...(days === null ? { from, to } : days === defaultDays ? {} : { days }),
    mailbox: mailboxId,
    user: userId,
    tag: tagId,
    hours: withinHours ? ('open' as const) : undefined,
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

const isDate = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
const idOf = (value: unknown) =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? value : undefined;
