import { sql } from 'kysely';
import { listFilters } from '../conversations/saved-filters.ts';
import { maxCount } from '../conversations/views.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { resolveFieldFilters } from './field-filters.ts';
import { type FieldFilter, parseSearch } from './parse-search.ts';
import { selectConversations } from './search.ts';

export type FilterCount = { filterId: string; holds: number };

/** So many filters are counted; who has more reads no numbers. */
const maxFilters = 30;
const countableStates = /^(open|mine|unassigned|snoozed|quiet)$/i;

/**
 * How many conversations a user's saved filters hold, at most `countedAtMost` each, of those that cost as little to
 * count as a view: without words, and among what is not done or has a tag, which an index leads to.
 */
export async function countFilters(
  tx: InstanceTransaction,
  context: { userId: string; zone: string },
): Promise<FilterCount[]> {
  const counts: FilterCount[] = [];
  for (const { id, query } of (await listFilters(tx, context.userId)).slice(0, maxFilters)) {
    const { textTerms, fieldFilters } = parseSearch(query);
    if (textTerms.length > 0 || !fieldFilters.some(isCountable)) continue;
    const narrowed = await resolveFieldFilters(tx, fieldFilters, context);
    if (narrowed.problems.length > 0 || narrowed.attachment !== null) continue;
    const matching = selectConversations(tx, narrowed, true).limit(maxCount);
    const { rows } = await sql<{
      holds: number;
    }>`select count(*)::int as holds from (${matching}) held`.execute(tx.sql);
    counts.push({ filterId: id, holds: rows[0]!.holds });
  }
  return counts;
}

const isCountable = ({ field, value, not }: FieldFilter) =>
  !not && (field === 'tag' || (field === 'is' && countableStates.test(value)));
