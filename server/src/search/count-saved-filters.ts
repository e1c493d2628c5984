import { sql } from 'kysely';
import { listFilters } from '../conversations/saved-filters.ts';
import { maxCount } from '../conversations/views.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { resolveFieldFilters } from './field-filters.ts';
import { type FieldFilter, parseSearch } from './parse-query.ts';
import { selectConversations } from './search.ts';

export type FilterCount = { filterId: string; count: number };

/** How many filters are counted; further ones show no number. */
const maxFilters = 30;
const countableStates = /^(open|mine|unassigned|snoozed|quiet)$/i;

/**
 * The number of conversations of a user's saved filters, each at most `maxCount`. Only filters that are as
 * cheap to count as a view: without text, and restricted by an index to conversations that are not done or
 * have a tag.
 */
export async function countFilters(
  tx: InstanceTransaction,
  context: { userId: string; timeZone: string },
): Promise<FilterCount[]> {
  const counts: FilterCount[] = [];
  for (const { id, query } of (await listFilters(tx, context.userId, { limit: maxFilters })).rows) {
    const { textTerms, fieldFilters } = parseSearch(query);
    if (textTerms.length > 0 || !fieldFilters.some(isCountable)) continue;
    const narrowed = await resolveFieldFilters(tx, fieldFilters, context);
    if (narrowed.problems.length > 0 || narrowed.attachment !== null) continue;
    const matching = selectConversations(tx, narrowed, true).limit(maxCount);
    const { rows } = await sql<{
      count: number;
    }>`select count(*)::int as count from (${matching}) held`.execute(tx.sql);
    counts.push({ filterId: id, count: rows[0]!.count });
  }
  return counts;
}

const isCountable = ({ field, value, not }: FieldFilter) =>
  !not && (field === 'tag' || (field === 'is' && countableStates.test(value)));
