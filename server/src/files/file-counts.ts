import type { Pool } from 'pg';
import { type FileTable, fileTables } from './move-file.ts';

export type FileCount = {
  /** The name of a store; null: the database. */ store: string | null;
  files: number;
};

/** How many files are where, the database first; it reads every row that has a file, and no file. */
export async function countFiles(pool: Pool): Promise<FileCount[]> {
  const of = (table: FileTable) => `select ${storeOf} as store from ${table}`;
  const { rows } = await pool.query<FileCount>(
    `select store, count(*)::int as files from (${tables.map(of).join(' union all ')}) file
    group by store order by store nulls first`,
  );
  return rows;
}

/** How many objects are still to be deleted, by the name of their store. */
export async function countRemovals(pool: Pool): Promise<Array<{ store: string; objects: number }>> {
  const { rows } = await pool.query<{ store: string; objects: number }>(
    `select ${storeOf} as store, count(*)::int as objects from object_removal
    where due_at < now() + interval '1 hour' group by store order by store`,
  );
  return rows;
}

const tables = Object.keys(fileTables) as FileTable[];
/** A location without its key, which has two parts (stores/file-stores.ts). */
const storeOf = `regexp_replace(location, '/[^/]+/[^/]+$', '')`;
