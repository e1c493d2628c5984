import type { Pool } from 'pg';
import type { FileStores } from '../stores/file-stores.ts';
import { type FileRef, type FileTable, fileTables, moveFile } from './move-file.ts';

/** How many files are read for a turn, and how many of them are moved at once. */
const turnSize = 100;
const atOnce = 4;

export type Moved = { files: number; bytes: number };

/**
 * Moves files that are still in the database to the store of the configuration. Returns how many. A file that cannot be moved does not keep others; then it throws the first error.
 */
export async function moveNewFiles(pool: Pool, files: FileStores, signal: AbortSignal): Promise<number> {
  const refs: FileRef[] = [];
  for (const table of tables) {
    const { rows } = await pool.query<Omit<FileRef, 'table'>>(
      `select instance_id as "instanceId", ${fileTables[table].key} as key from ${table}
      where location is null limit ${turnSize}`,
    );
    refs.push(...rows.map((row) => ({ table, ...row })));
  }
  return (await moveAll(pool, files, refs, signal)).files;
}

/**
 * Moves every file to the place of the configuration, wherever it is: one pass over the rows in the order of their
 * keys. What arrives behind it is moved by `moveNewFiles`. Ends early when the signal aborts.
 */
export async function moveEveryFile(
  pool: Pool,
  files: FileStores,
  { signal, onTurn }: { signal: AbortSignal; onTurn: (moved: Moved) => void },
): Promise<Moved> {
  const sum: Moved = { files: 0, bytes: 0 };
  for (const table of tables) {
    const { key } = fileTables[table];
    let after: Omit<FileRef, 'table'> | null = null;
    while (!signal.aborted) {
      const { rows }: { rows: Array<Omit<FileRef, 'table'>> } = await pool.query(
        `select instance_id as "instanceId", ${key} as key from ${table}
        where ${after ? `(instance_id, ${key}) > ($2, $3) and` : ''}
          ${files.target ? `(location is null or not starts_with(location, $1))` : '$1::text is null and location is not null'}
        order by instance_id, ${key} limit ${turnSize}`,
        [files.target && `${files.target.name}/`, ...(after ? [after.instanceId, after.key] : [])],
      );
      if (rows.length === 0) break;
      const refs = rows.map((row) => ({ table, ...row }));
      const moved = await moveAll(pool, files, refs, signal);
      sum.files += moved.files;
      sum.bytes += moved.bytes;
      onTurn(sum);
      after = rows.at(-1)!;
    }
  }
  return sum;
}

const tables = Object.keys(fileTables) as FileTable[];

async function moveAll(pool: Pool, files: FileStores, refs: FileRef[], signal: AbortSignal): Promise<Moved> {
  const sum: Moved = { files: 0, bytes: 0 };
  const failures: unknown[] = [];
  const remaining = refs.values();
  const moveRemaining = async () => {
    for (const ref of remaining) {
      if (signal.aborted) return;
      try {
        const bytes = await moveFile(pool, files, ref);
        if (bytes === null) continue;
        sum.files += 1;
        sum.bytes += bytes;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, moveRemaining));
  if (failures.length > 0) throw failures[0];
  return sum;
}
