import { randomBytes } from 'node:crypto';
import { commandLine } from '../command-line.ts';
import type { Deployment } from '../database/connect.ts';
import { countFiles, countRemovals } from '../files/file-counts.ts';
import { type FileStores, newKey } from '../stores/file-stores.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import { bad, type Finding, good } from './finding.ts';

/** Whether each store of files can be written, read and deleted in, and whether files are where none is configured. */
export async function checkFiles({ pool }: Deployment, files: FileStores): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const store of files.stores) findings.push(await checkStore(store));
  const known = new Set(files.stores.map(({ name }) => name));
  for (const { store, files: count } of await countFiles(pool)) {
    if (store === null || known.has(store)) continue;
    findings.push(
      bad(
        `${count} files are in ${store}, which is not in the configuration.`,
        `Add it to POSTROOM_FILES_FORMER, and move them: ${commandLine('files move')}`,
      ),
    );
  }
  for (const { store, objects } of await countRemovals(pool)) {
    if (known.has(store)) continue;
    findings.push(
      bad(
        `${objects} objects are still to be deleted in ${store}, which is not in the configuration.`,
        'Add it to POSTROOM_FILES_FORMER until they are.',
      ),
    );
  }
  return findings;
}

/** Stores an object, reads it back and deletes it. */
async function checkStore(store: ObjectStore): Promise<Finding> {
  const content = randomBytes(32);
  const key = newKey('doctor', content);
  try {
    await store.put(key, content);
    const read = await store.get(key);
    await store.remove(key);
    if (!read?.equals(content)) throw new Error('what was stored is not what was read');
    return good(`Files can be stored in ${store.name}, read and deleted there.`);
  } catch (error) {
    return bad(
      `Files cannot be kept in ${store.name}: ${(error as Error).message}`,
      'Check POSTROOM_S3_ENDPOINT, the keys and their rights to read, write and delete: docs/files.md',
    );
  }
}
