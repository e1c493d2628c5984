import { databaseFailure } from '../database/failure.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { createProblem, ProblemError } from '../problems.ts';

/** A search takes 44 ms (docs/performance.md); it has few statements. */
const statementTimeoutMs = 4_000;

/**
 * Runs a search in a transaction of the instance. Throws a ProblemError if a statement takes too long: a search
 * of everything with frequent words must not hold connections and processors that others need.
 */
export async function inSearchTime<T>(
  database: Database,
  instanceId: string,
  work: (tx: InstanceTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await database.inInstance(instanceId, work, { statementTimeoutMs, readOnly: true });
  } catch (error) {
    // Not 503: the page would repeat it.
    if (databaseFailure(error) === 'timed-out') throw new ProblemError(createProblem(400, 'search-too-slow'));
    throw error;
  }
}
