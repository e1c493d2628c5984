import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import { ProblemError } from './client.ts';

/**
 * Whether the error of a query is to be shown in place of its data. A refetch that fails for a time leaves the data, and
 * what is being written beside it; one that says that the data are gone does not.
 */
export function hasFailed<Query extends UseQueryResult<unknown> | UseInfiniteQueryResult<unknown>>(
  query: Query,
): query is Extract<Query, { isLoadingError: true }> {
  const { data, error } = query;
  const isAnswered = error instanceof ProblemError && error.status >= 400 && error.status < 500;
  return error !== null && (data === undefined || isAnswered);
}
