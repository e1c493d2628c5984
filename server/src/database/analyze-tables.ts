import { type Kysely, sql } from 'kysely';
import type { Schema } from './generated/schema.ts';

/** Below this number of rows every plan is fast enough. */
const minRows = 50;

/**
 * Analyzes the tables that have more than doubled since their last analyze. Postgres checks only once a
 * minute (autovacuum_naptime) and until then uses plans made for an empty table, which scan it fully for each
 * row: in a new installation the first burst of mail would become slower with each message.
 */
export async function analyzeGrownTables(database: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace
      and pg_stat_get_live_tuples(oid) >= greatest(${minRows}, 2 * reltuples)
  `.execute(database);
  if (rows.length === 0) return;
  // skip_locked: another process may be analyzing it.
  await sql.raw(`analyze (skip_locked) ${rows.map(({ name }) => name).join(', ')}`).execute(database);
}
