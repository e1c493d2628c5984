import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { InstanceTransaction } from './instance-transaction.ts';
import { prepared } from './prepared-statements.ts';

/**
 * Makes others who lock one of these names in this instance wait until this transaction ends. Take all needed
 * names in one call: they are locked in a fixed order, so that no two transactions wait for each other.
 */
export async function takeAdvisoryLocks(tx: InstanceTransaction, names: string[]): Promise<void> {
  await takeLocks(tx, { keys: lockKeys(tx.instanceId, names) });
}

const takeLocks = prepared(
  (_, { keys }: { keys: string[] }) =>
    sql`select count(pg_advisory_xact_lock(key)) from unnest(${keys}::bigint[]) as key`,
);

/** The keys of names that are locked in one instance, in the order in which they are taken. */
export function lockKeys(instanceId: string, names: string[]): string[] {
  return [...new Set(names)]
    .map((name) => lockKey(`${instanceId} ${name}`))
    .sort(ascending)
    .map(String);
}

function lockKey(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE();
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
