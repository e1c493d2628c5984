import { createHash } from 'node:crypto';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { openFolderStore } from './folder-store.ts';
import { type ObjectStore, StoreError } from './object-store.ts';
import { openS3Store, parseBucket, type S3Settings } from './s3.ts';

/** A file as its row has it: `bytes` are empty where `location` says in which store they are. */
export type StoredFile = { bytes: Buffer; location: string | null };

/** Where the files of messages are: in the database, and in the stores of the configuration. */
export type FileStores = {
  /** Where files are moved to; null: they stay in the database. */
  target: ObjectStore | null;
  /** All of the configuration. */
  stores: ObjectStore[];
  /** Throws a StoreError if the bytes cannot be had, or are not those that were stored. */
  read(file: StoredFile): Promise<Buffer>;
  /** The store of a location and the key in it; null if it is no store of the configuration. */
  find(location: string): { store: ObjectStore; key: string } | null;
};

/** As the configuration names them (config.ts): `database`, `directory` or `s3://bucket/prefix`. */
export type FilePlaces = { current: string; former: string[]; s3: S3Settings | null };

/** All files are in the database. */
export const databaseOnly: FileStores = createFileStores(null, []);

/** Opens the stores of the configuration; it connects with the first request. */
export function openFileStores(places: FilePlaces, dataDirectory: string): FileStores {
  const open = (place: string): ObjectStore[] => {
    const bucket = parseBucket(place);
    if (bucket && places.s3) return [openS3Store(places.s3, bucket)];
    return place === 'directory' ? [openFolderStore(path.join(dataDirectory, 'files'))] : [];
  };
  const [target = null] = open(places.current);
  return createFileStores(target, [...(target ? [target] : []), ...places.former.flatMap(open)]);
}

export function createFileStores(target: ObjectStore | null, stores: ObjectStore[]): FileStores {
  const find = (location: string) => {
    const key = location.split('/').slice(-keyParts).join('/');
    const store = stores.find(({ name }) => locationOf(name, key) === location);
    return store ? { store, key } : null;
  };
  return {
    target,
    stores,
    find,
    async read({ bytes, location }) {
      if (location === null) return bytes;
      const found = find(location);
      if (!found) {
        throw new StoreError(
          `A file is in ${location}, which is no store of POSTROOM_FILES or its former ones.`,
        );
      }
      const content = await found.store.get(found.key);
      if (!content) throw new StoreError(`The file ${location} is missing in its store.`);
      if (hashOf(content) !== found.key.slice(-hashLength)) {
        throw new StoreError(`The file ${location} is not as it was stored.`);
      }
      return content;
    },
  };
}

const hashLength = 64;
const keyParts = 2;

/** A key that no other file has. It ends with the SHA-256 of the bytes. */
export function newKey(instanceId: string, bytes: Buffer): string {
  return `${instanceId}/${uuid()}-${hashOf(bytes)}`;
}

export function locationOf(store: string, key: string): string {
  return `${store}/${key}`;
}

/** SHA-256, in hexadecimal. */
export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The same rows with their bytes. Throws a StoreError if some cannot be had. */
export async function readAll<Row extends StoredFile>(files: FileStores, rows: Row[]): Promise<Row[]> {
  const complete: Row[] = [];
  for (const row of rows) complete.push({ ...row, bytes: await files.read(row) });
  return complete;
}
