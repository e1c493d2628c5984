import type { Readable } from 'node:stream';
import ZipStream from 'zip-stream';

/** A file to put into an archive. */
export type ZipEntry = { name: string; bytes: Uint8Array };

/**
 * A zip archive, written as its files come: each is asked for when the one before has left. Every name
 * stands in it once: a second one is numbered.
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

/** No path of an archive leads out of the folder it is opened in. */
function safePath(name: string): string {
  const parts = name
    .split('/')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
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
