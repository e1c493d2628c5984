import type { Decrypt } from './encryption.ts';
import { damaged, readFile } from './file-streams.ts';
import { tableFile } from './format.ts';
import { type Print, reportProgress } from './progress.ts';
import { readChecksums, readManifest, sha256Of } from './read-manifest.ts';
import type { BackupStore } from './store.ts';
import { checksums } from './write-backup.ts';

/**
 * Reads a whole backup and compares each file with its checksum. With a key, also opens each file and counts its rows:
 * only then is it known that it can be restored. Throws a BackupError for the first fault.
 */
export async function verifyBackup(
  { store, decrypt }: { store: BackupStore; decrypt: Decrypt | null },
  print: Print,
): Promise<void> {
  const sums = await readChecksums(store);
  if (!decrypt) {
    for (const [file, sum] of sums) {
      if ((await sha256Of(await store.read(file))) !== sum) throw damaged(store.place, file);
      print(`${file}: as it was written`);
    }
    return;
  }
  const source = { store, decrypt };
  const manifest = await readManifest(source);
  for (const [file, sum] of checksums(manifest, sums.get('manifest.json.age')!)) {
    if (sums.get(file) !== sum) throw damaged(store.place, file);
  }
  for (const [index, { name, rows, sha256 }] of manifest.tables.entries()) {
    const progress = reportProgress(print, `${index + 1} of ${manifest.tables.length}  ${name}`);
    for await (const chunk of readFile(source, { file: tableFile(name), sha256 })) progress.add(chunk);
    if (progress.lines !== rows) throw damaged(store.place, tableFile(name));
    progress.done();
  }
}
