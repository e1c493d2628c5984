import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import { ProblemError } from './client.ts';

/** The data are not there any more, or not for this user (RFC 9110, 15.5). */
const gone = [403, 404, 410];

/**
 * Whether the error of a query is to be shown in place of its data. A refetch that fails for a time leaves the data, and
 * what is being written beside it; one that says that the data are gone does not.
 */
export function hasFailed<Query extends UseQueryResult<unknown> | UseInfiniteQueryResult<unknown>>(
  query: Query,
): query is Extract<Query, { isLoadingError: true }> {
  const { data, error } = query;
  const isGone = error instanceof ProblemError && gone.includes(error.status);
  return error !== null && (data === undefined || isGone);
}
