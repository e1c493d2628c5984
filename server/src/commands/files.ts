import { setTimeout as sleep } from 'node:timers/promises';
import type { Print } from '../backup/progress.ts';
import { countFiles } from '../files/file-counts.ts';
import { moveEveryFile } from '../files/move-files.ts';
import { removeObjects } from '../files/remove-objects.ts';
import type { DatabaseContext } from './command-context.ts';

type Context = Pick<DatabaseContext, 'deployment' | 'files'>;

const nameOf = (store: string | null) => store ?? 'the database';
const count = (files: number) => `${files.toLocaleString('en')} ${files === 1 ? 'file' : 'files'}`;

/** Prints how many files are where. */
export async function listFilePlaces({ deployment, files }: Context, print: Print): Promise<void> {
  for (const place of await countFiles(deployment.pool)) {
    print(`${count(place.files)} in ${nameOf(place.store)}`);
  }
  print(`New files are kept in ${nameOf(files.target?.name ?? null)}.`);
}

/** Between two lines of progress, and two looks for what is to be deleted (ms). */
const printEveryMs = 5_000;
const lookEveryMs = 1_000;

/**
 * Moves all files to the place of the configuration and waits until the former copies are deleted. It may be stopped
 * and started again: it goes on with what is left. Returns whether it came to the end.
 */
export async function moveFilesToPlace(
  { deployment, files }: Context,
  print: Print,
  signal: AbortSignal,
): Promise<boolean> {
  const { pool } = deployment;
  let printedAt = performance.now();
  const moved = await moveEveryFile(pool, files, {
    signal,
    onTurn(sofar) {
      if (performance.now() - printedAt < printEveryMs) return;
      printedAt = performance.now();
      print(`${count(sofar.files)}, ${megabytes(sofar.bytes)} …`);
    },
  });
  print(`${count(moved.files)}, ${megabytes(moved.bytes)} moved to ${nameOf(files.target?.name ?? null)}.`);
  if (signal.aborted) {
    print('Stopped: the same command goes on with what is left.');
    return false;
  }
  print('Deleting the former copies, a minute after nothing refers to them …');
  while (!signal.aborted && (await removalsLeft({ deployment, files })) > 0) {
    if (!(await removeObjects(pool, files))) await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
  }
  if (!signal.aborted) print('Done.');
  return !signal.aborted;
}

/** Objects to be deleted within minutes in stores of the configuration. */
async function removalsLeft({ deployment, files }: Context): Promise<number> {
  const { rows } = await deployment.pool.query<{ location: string }>(
    `select location from object_removal where due_at < now() + interval '5 minutes'`,
  );
  return rows.filter(({ location }) => files.find(location)).length;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
