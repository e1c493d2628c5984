import { createHash } from 'node:crypto';
import { pipeline as connect, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Decrypt, Encrypt } from './encryption.ts';
import { BackupError } from './format.ts';
import type { BackupStore } from './store.ts';

/** Passes bytes on and shows each piece to `see`. */
export function tap(see: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      see(chunk);
      done(null, chunk);
    },
  });
}

/** A failure ends all streams, and whoever reads the last one meets it. */
const ignore = () => {};

/**
 * Encrypts a stream into a file of the backup, compressed if its name says so (level 1: most bytes are attachments).
 * Returns the SHA-256 of the file, in hexadecimal.
 */
export async function writeFile(
  { store, encrypt }: { store: BackupStore; encrypt: Encrypt },
  file: string,
  plain: Readable,
): Promise<string> {
  const hash = createHash('sha256');
  const packed = isCompressed(file) ? connect(plain, createGzip({ level: 1 }), ignore) : plain;
  const target = await store.write(file);
  await pipeline(
    await encrypt(packed as Readable),
    tap((chunk) => hash.update(chunk)),
    target,
  );
  return hash.digest('hex');
}

/**
 * The content of a file of the backup, decrypted and decompressed. It ends with a BackupError if the file is missing,
 * cannot be opened, or is not as it was written: by its SHA-256 too, unless that is null.
 */
export function readFile(
  { store, decrypt }: { store: BackupStore; decrypt: Decrypt },
  { file, sha256 }: { file: string; sha256: string | null },
): Readable {
  async function* content() {
    const hash = createHash('sha256');
    try {
      const source = await store.read(file);
      const plain = await decrypt(
        connect(
          source,
          tap((chunk) => hash.update(chunk)),
          ignore,
        ),
      );
      yield* isCompressed(file) ? connect(plain, createGunzip(), ignore) : plain;
    } catch (error) {
      throw error instanceof BackupError ? error : damaged(store.place, file);
    }
    if (sha256 && hash.digest('hex') !== sha256) throw damaged(store.place, file);
  }
  return Readable.from(content());
}

const isCompressed = (file: string) => file.endsWith('.gz.age');

/** What is said of a file that is not as it was written. */
export function damaged(place: string, file: string): BackupError {
  return new BackupError(`The backup in ${place} is damaged: ${file} is not as it was written.`);
}
