import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { BackupError } from './format.ts';

/** Where the files of one backup are. */
export type BackupStore = {
  /** As the operator names it. */
  place: string;
  isEmpty(): Promise<boolean>;
  /** A file is stored when the stream has closed without an error. */
  write(file: string): Promise<Writable>;
  /** Throws a BackupError if there is no such file. */
  read(file: string): Promise<Readable>;
};

/** A folder, readable by its owner alone; it is created with the first file. */
export function folderStore(folder: string): BackupStore {
  return {
    place: folder,
    async isEmpty() {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw new BackupError(`The backup folder ${folder} cannot be read: ${error.message}`);
      });
      return names.length === 0;
    },
    async write(file) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const handle = await open(path.join(folder, file), 'wx', 0o600);
        // `flush`: the bytes are on the disk before the stream has closed.
        return handle.createWriteStream({ flush: true });
      } catch (error) {
        throw new BackupError(`The backup cannot be written to ${folder}: ${(error as Error).message}`);
      }
    },
    async read(file) {
      const at = path.join(folder, file);
      const found = await stat(at).catch(() => null);
      if (!found?.isFile()) throw new BackupError(missing(folder, file));
      return createReadStream(at);
    },
  };
}

/** What is said where a file of a backup is not there. */
export function missing(place: string, file: string): string {
  return `There is no complete backup in ${place}: the file ${file} is missing.`;
}
