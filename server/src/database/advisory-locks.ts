import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { InstanceTransaction } from './instance-transaction.ts';

/**
 * Makes others who lock one of these names in this instance wait until this transaction ends. Take all needed
 * names in one call: they are locked in a fixed order, so that no two transactions wait for each other.
 */
export async function takeAdvisoryLocks(tx: InstanceTransaction, names: string[]): Promise<void> {
  const keys = [...new Set(names)].map((name) => lockKey(`${tx.instanceId} ${name}`)).sort(ascending);
  await sql`select pg_advisory_xact_lock(key) from unnest(${sql.val(keys.map(String))}::bigint[]) as key`.execute(
    tx.sql,
  );
}

function lockKey(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE();
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
