import type { Entry } from 'yauzl';

/** A file that Gmail sends to nobody; `archive`: the ZIP file that contains it. */
export type BlockedFile = { name: string; archive: string | null };

/** The types that Gmail blocks, as of November 2026 (https://support.google.com/mail/answer/6590). */
const blockedTypes = new Set(
  (
    'ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe hta img ' +
    'ins iso isp jar jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys ' +
    'vb vbe vbs vhd vxd wsc wsf wsh xll'
  ).split(' '),
);
/** Archives that Gmail opens; inside one with a password it blocks them too. */
const archiveTypes = new Set('7z bz2 gz rar tar taz tgz z zip'.split(' '));
/** An archive with more entries is not searched to its end. */
const maxEntries = 10_000;

/**
 * The file for which Gmail would return a message with this attachment: by its name, by the name inside a
 * compressed file's name (`setup.exe.gz`), or by the names in a ZIP archive, which are read without
 * unpacking. Null for all others, and for an archive that cannot be read.
 */
export async function findBlockedFile(filename: string, bytes: Uint8Array): Promise<BlockedFile | null> {
  if (isBlocked(filename)) return { name: filename, archive: null };
  if (typeOf(filename) !== 'zip') return null;
  const inside = await findInArchive(bytes).catch(() => null);
  return inside === null ? null : { name: inside, archive: filename };
}

async function findInArchive(bytes: Uint8Array): Promise<string | null> {
  const { fromBufferPromise } = await import('yauzl');
  const archive = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    strictFileNames: false,
    validateEntrySizes: false,
  });
  let count = 0;
  for await (const entry of archive.eachEntry()) {
    if (isBlocked(entry.fileName) || isArchiveWithPassword(entry)) return entry.fileName;
    count += 1;
    if (count >= maxEntries) break;
  }
  return null;
}

const isArchiveWithPassword = (entry: Entry) =>
  entry.isEncrypted() && archiveTypes.has(typeOf(entry.fileName));

function isBlocked(filename: string): boolean {
  const name = filename.trim().replace(/\.(gz|bz2|z)$/i, '');
  return blockedTypes.has(typeOf(name));
}

/** The extension in lower case; Windows ignores dots and spaces behind it. */
function typeOf(filename: string): string {
  const name = filename.trim().replace(/(?<![. ])[. ]+$/, '');
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}
