import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Decrypt } from './encryption.ts';
import { damaged, readFile } from './file-streams.ts';
import { BackupError, checksumsFile, type Manifest, manifestFile, manifestSchema } from './format.ts';
import type { BackupStore } from './store.ts';

/** The list of checksums, by file; throws a BackupError if the backup is not complete. */
export async function readChecksums(store: BackupStore): Promise<Map<string, string>> {
  const lines = (await text(await store.read(checksumsFile))).split('\n').filter(Boolean);
  const sums = new Map<string, string>();
  for (const line of lines) {
    const [, sum, file] = /^([0-9a-f]{64}) {2}([a-z0-9_.]+)$/.exec(line) ?? [];
    if (!sum || !file) throw damaged(store.place, checksumsFile);
    sums.set(file, sum);
  }
  // It is the last line, so a list that was cut off lacks it.
  if (!sums.has(manifestFile)) throw damaged(store.place, checksumsFile);
  return sums;
}

/** What the backup contains; throws a BackupError where it is damaged, of a newer format, or the key is another one. */
export async function readManifest(source: { store: BackupStore; decrypt: Decrypt }): Promise<Manifest> {
  const sums = await readChecksums(source.store);
  const json = await text(readFile(source, { file: manifestFile, sha256: sums.get(manifestFile)! }));
  const value = JSON.parse(json) as { format?: unknown };
  if (typeof value.format === 'number' && value.format > 1) {
    throw new BackupError(
      `The backup in ${source.store.place} was made by a newer Postroom: update this one.`,
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw damaged(source.store.place, manifestFile);
  return parsed.data;
}

/** The SHA-256 of a stream, in hexadecimal. */
export async function sha256Of(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
