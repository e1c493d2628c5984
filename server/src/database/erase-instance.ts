import { sql } from 'kysely';
import type { Deployment } from './connect.ts';
import { inTransaction } from './retry-conflicts.ts';

/** How many rows are deleted in one transaction: other work waits for it no longer than milliseconds. */
const rowsPerSlice = 500;

/**
 * Deletes an instance and every row that has its `instance_id`, slice by slice: each step of the generator is a
 * transaction of its own. Whoever stops in between may start again. The tables and their order come from the
 * catalog of Postgres, so that none can be forgotten. A statement fails after five seconds of waiting for a lock.
 */
export async function* eraseInstance(
  deployment: Deployment,
  instanceId: string,
  sliceSize = rowsPerSlice,
): AsyncGenerator<void, void> {
  const tables = await tablesChildrenFirst(deployment);
  for (const table of tables) {
    for (;;) {
      const deleted = await deleteRows(deployment, table, instanceId, sliceSize);
      yield;
      if (deleted < sliceSize) break;
    }
  }
  await deleteRest(deployment, tables, instanceId);
}

function deleteRows(deployment: Deployment, table: string, instanceId: string, limit: number) {
  return inTransaction(deployment, async (tx) => {
    await sql`set local lock_timeout = '5s'`.execute(tx);
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.table(table)} where ctid = any(array(
        select ctid from ${sql.table(table)} where instance_id = ${instanceId} limit ${limit}))
    `.execute(tx);
    return Number(numAffectedRows);
  });
}

/** What was written since its table was passed, and the instance, which nothing can refer to while it is locked. */
function deleteRest(deployment: Deployment, tables: string[], instanceId: string): Promise<void> {
  return inTransaction(deployment, async (tx) => {
    await sql`set local lock_timeout = '5s'`.execute(tx);
    await sql`select from instance where id = ${instanceId} for update`.execute(tx);
    for (const table of tables) {
      await sql`delete from ${sql.table(table)} where instance_id = ${instanceId}`.execute(tx);
    }
    await tx.deleteFrom('instance').where('id', '=', instanceId).execute();
  });
}

/**
 * The tables with an `instance_id`, each before those that its foreign keys refer to: a row is deleted when
 * nothing refers to it any more, so no cascade deletes more than a slice. Throws if foreign keys form a circle.
 */
async function tablesChildrenFirst({ pool }: Deployment): Promise<string[]> {
  const { rows } = await pool.query<{ name: string; parents: string[] }>(`
    select c.relname as name,
      array(select p.relname::text from pg_constraint k join pg_class p on p.oid = k.confrelid
        where k.contype = 'f' and k.conrelid = c.oid and k.confrelid <> c.oid) as parents
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and exists (select from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'instance_id' and not a.attisdropped)
    order by 1`);
  const remaining = new Map(rows.map(({ name, parents }) => [name, parents]));
  const sorted: string[] = [];
  while (remaining.size > 0) {
    const referredTo = new Set([...remaining.values()].flat());
    const free = [...remaining.keys()].filter((name) => !referredTo.has(name));
    if (free.length === 0) throw new Error(`Foreign keys form a circle: ${[...remaining.keys()].join(', ')}`);
    for (const name of free) remaining.delete(name);
    sorted.push(...free);
  }
  return sorted;
}
