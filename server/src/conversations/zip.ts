import type { Readable } from 'node:stream';
import ZipStream from 'zip-stream';

/** A file of an archive. */
export type ZipEntry = { name: string; bytes: Uint8Array };

/**
 * A zip archive as a stream: each file is read when the one before is written. Repeated names get a number.
 */
export function zip(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>, now: Date): Readable {
  const archive = new ZipStream();
  const names = new Set<string>();
  const writeEntries = async () => {
    for await (const { name, bytes } of entries) {
      await new Promise<void>((added, failed) =>
        archive.entry(Buffer.from(bytes), { name: uniqueName(safePath(name), names), date: now }, (error) =>
          error ? failed(error) : added(),
        ),
      );
    }
    archive.finalize();
  };
  writeEntries().catch((error: Error) => archive.destroy(error));
  return archive;
}

/** Removes what would extract a file outside the folder of the archive. */
function safePath(name: string): string {
  const parts = name
    .split('/')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are removed here
    .map((part) => part.replace(/[\u0000-\u001f\\:*?"<>|]/g, '_').trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/').slice(-200) || 'file';
}

function uniqueName(name: string, names: Set<string>): string {
  const [, stem = name, end = ''] = /^(.*?)(\.[^./]{1,10})?$/s.exec(name) ?? [];
  let free = name;
  for (let count = 2; names.has(free.toLowerCase()); count += 1) free = `${stem} (${count})${end}`;
  names.add(free.toLowerCase());
  return free;
}
