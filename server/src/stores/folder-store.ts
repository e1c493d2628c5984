import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { v7 as uuid } from 'uuid';
import { type ObjectStore, StoreError } from './object-store.ts';

/** Objects as files below a folder that only this user can read. */
export function openFolderStore(folder: string): ObjectStore {
  const fileOf = (key: string) => path.join(folder, ...key.split('/'));
  return {
    name: 'directory:',
    async put(key, bytes) {
      const file = fileOf(key);
      // Under another name until it is complete and on the disk.
      const partial = `${file}.${uuid()}`;
      try {
        await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        const handle = await open(partial, 'wx', 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(partial, file);
      } catch (error) {
        await rm(partial, { force: true }).catch(() => {});
        throw failed(error);
      }
    },
    async get(key) {
      return readFile(fileOf(key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw failed(error);
      });
    },
    async remove(key) {
      await rm(fileOf(key), { force: true }).catch((error) => {
        throw failed(error);
      });
    },
  };
}

function failed(error: unknown): StoreError {
  return new StoreError(`The directory of the files cannot be used: ${(error as Error).message}`);
}
