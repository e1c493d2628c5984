import type { Pool } from 'pg';
import type { FileStores } from '../stores/file-stores.ts';

/** How many objects are deleted in one transaction. */
const turnSize = 50;
/** Holders read objects that may not be referred to any more, as a backup does: meanwhile none is deleted. */
const objectsStay = `hashtextextended('objects stay', 0)`;

/** Runs on a connection of its own, before the snapshot of a backup; both end with the connection. */
export const keepObjects = `select pg_advisory_lock_shared(${objectsStay})`;

/**
 * Deletes objects that no row refers to any more. Returns whether more may be due. Those of a store that is not in the
 * configuration wait until it is. Throws a StoreError if a store cannot be used: what is left is deleted later.
 */
export async function removeObjects(pool: Pool, files: FileStores): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows: locks } = await client.query<{ free: boolean }>(
      `select pg_try_advisory_xact_lock(${objectsStay}) as free`,
    );
    const { rows } = locks[0]!.free
      ? await client.query<{ location: string }>(
          `select location from object_removal where due_at <= now() order by due_at limit ${turnSize}
          for update skip locked`,
        )
      : { rows: [] };
    const [removed, unknown]: [string[], string[]] = [[], []];
    let failure: unknown;
    for (const { location } of rows) {
      const found = files.find(location);
      if (!found) unknown.push(location);
      else {
        try {
          await found.store.remove(found.key);
          removed.push(location);
        } catch (error) {
          failure = error;
          break;
        }
      }
    }
    if (rows.length > 0) {
      await client.query('delete from object_removal where location = any($1)', [removed]);
      await client.query(
        `update object_removal set due_at = now() + interval '1 hour' where location = any($1)`,
        [unknown],
      );
    }
    await client.query('commit');
    if (failure) throw failure;
    return rows.length === turnSize;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
