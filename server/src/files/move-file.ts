import type { Pool, PoolClient } from 'pg';
import { type FileStores, hashOf, locationOf, newKey, type StoredFile } from '../stores/file-stores.ts';
import { type ObjectStore, StoreError } from '../stores/object-store.ts';

/** The tables whose rows have files, with the columns of their key and bytes. */
export const fileTables = {
  raw_message: { key: 'message_id', bytes: 'zstd' },
  blob: { key: 'sha256', bytes: 'bytes' },
} as const;

export type FileTable = keyof typeof fileTables;
/** A row that has a file; `key`: a message id, or a hash. */
export type FileRef = { table: FileTable; instanceId: string; key: string | Buffer };

/** By then an upload that was begun has ended, one way or the other. */
const uploadEnds = '1 day';
/** Who has read the former location of a file has read the file by then. */
const readersDone = '1 minute';

/**
 * Moves one file to the store of the configuration, or into the database where there is none: copies it, compares what
 * arrived with its hash, makes the row refer to it, and has the former object deleted. It may end anywhere: the file
 * is where the row says. Returns the bytes moved; null if the row is gone, or the file was there. Throws a StoreError.
 */
export async function moveFile(pool: Pool, files: FileStores, ref: FileRef): Promise<number | null> {
  const { key, bytes } = fileTables[ref.table];
  const { rows } = await pool.query<StoredFile>(
    `select ${bytes} as bytes, location from ${ref.table} where instance_id = $1 and ${key} = $2`,
    [ref.instanceId, ref.key],
  );
  const file = rows[0];
  if (!file || isThere(files.target, file.location)) return null;
  const content = await files.read(file);
  const moved = files.target
    ? await moveOut(pool, { files, target: files.target }, ref, { file, content })
    : await switchTo(pool, ref, { file, location: null, content });
  return moved ? content.length : null;
}

/** Whether a location is in a store; without a store, in the database. */
function isThere(target: ObjectStore | null, location: string | null): boolean {
  return target ? (location?.startsWith(`${target.name}/`) ?? false) : location === null;
}

async function moveOut(
  pool: Pool,
  { files, target }: { files: FileStores; target: ObjectStore },
  ref: FileRef,
  { file, content }: { file: StoredFile; content: Buffer },
): Promise<boolean> {
  const key = newKey(ref.instanceId, content);
  const location = locationOf(target.name, key);
  // First the note by which an object is deleted that no row comes to refer to.
  await pool.query(
    `insert into object_removal (location, due_at) values ($1, now() + interval '${uploadEnds}')`,
    [location],
  );
  try {
    await target.put(key, content);
    await files.read({ bytes: empty, location });
    if (await switchTo(pool, ref, { file, location, content })) return true;
  } catch (error) {
    await removeSoon(pool, location).catch(() => {});
    throw error;
  }
  await removeSoon(pool, location);
  return false;
}

async function removeSoon(pool: Pool, location: string): Promise<void> {
  await pool.query('update object_removal set due_at = now() where location = $1', [location]);
}

const empty = Buffer.alloc(0);

/** Makes the row refer to the copy, unless it was changed or deleted meanwhile. */
async function switchTo(
  pool: Pool,
  ref: FileRef,
  { file, location, content }: { file: StoredFile; location: string | null; content: Buffer },
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const done = await switchRow(client, ref, { file, location, content });
    await client.query(done ? 'commit' : 'rollback');
    return done;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

async function switchRow(
  client: PoolClient,
  { table, instanceId, key }: FileRef,
  { file, location, content }: { file: StoredFile; location: string | null; content: Buffer },
): Promise<boolean> {
  const columns = fileTables[table];
  if (location) {
    const { rowCount } = await client.query('delete from object_removal where location = $1', [location]);
    if (rowCount === 0) throw new StoreError(`Storing ${location} took so long that it was given up.`);
  }
  // A redaction replaces the bytes and, where there is one, the location.
  const [isUnchanged, was] =
    file.location === null
      ? [`location is null and sha256(${columns.bytes}) = $5`, Buffer.from(hashOf(content), 'hex')]
      : ['location = $5', file.location];
  const { rowCount } = await client.query(
    `update ${table} set location = $3, ${columns.bytes} = $4
    where instance_id = $1 and ${columns.key} = $2 and ${isUnchanged}`,
    [instanceId, key, location, location === null ? content : empty, was],
  );
  if (rowCount === 0) return false;
  // The trigger has noted the former object.
  await client.query(
    `update object_removal set due_at = now() + interval '${readersDone}' where location = $1`,
    [file.location],
  );
  return true;
}
