import { setTimeout } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { inSpan, type SpanStart } from '../tracing/tracing.ts';
import type { Deployment } from './connect.ts';
import type { Schema } from './generated/schema.ts';

/** Postgres rolled the transaction back in favour of another one: the same work may succeed now. */
const conflicts = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
]);

const maxAttempts = 5;

const transaction: SpanStart = {
  name: 'transaction',
  kind: 'client',
  attributes: { 'db.system.name': 'postgresql' },
};

/** Runs `work` in a transaction with the rights of the deployment, again after a conflict (`retryConflicts`). */
export function inTransaction<T>(
  deployment: Pick<Deployment, 'sql'>,
  work: (sql: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  const { sql } = deployment;
  if (sql.isTransaction) return work(sql);
  return retryConflicts(() => sql.transaction().execute(work));
}

/**
 * Runs a transaction again if Postgres ended it as one of a deadlock or as not serializable
 * (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html), after a short random
 * pause. `work` is the whole transaction, and must change nothing outside it. Each attempt is a span.
 */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inSpan(transaction, work);
    } catch (error) {
      if (attempt === maxAttempts || !isConflict(error)) throw error;
      await setTimeout(Math.random() * 20 * 2 ** attempt);
    }
  }
}

function isConflict(error: unknown): boolean {
  return conflicts.has(databaseErrorCode(error) ?? '');
}

/** The SQLSTATE of an error by Postgres; null of any other error. */
export function databaseErrorCode(error: unknown): string | null {
  const code = error instanceof Error && 'severity' in error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
