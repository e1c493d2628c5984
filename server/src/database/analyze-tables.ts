import { type Kysely, sql } from 'kysely';
import type { Schema } from './generated/schema.ts';

/** Below this many rows any way to them is as good as any other. */
const minRows = 50;

/**
 * Analyzes the tables that have more than doubled since Postgres last looked at them. It looks once a
 * minute itself (autovacuum_naptime), and until then keeps plans made for an empty table, which read
 * all of it for every row: a new installation's first burst of mail would grow slower with each message.
 */
export async function analyzeGrownTables(database: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace
      and pg_stat_get_live_tuples(oid) >= greatest(${minRows}, 2 * reltuples)
  `.execute(database);
  if (rows.length === 0) return;
  // Where another process is at it already, it need not be done again.
  await sql.raw(`analyze (skip_locked) ${rows.map(({ name }) => name).join(', ')}`).execute(database);
}
