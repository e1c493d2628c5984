import type { Deployment } from '../database/connect.ts';
import type { Locks } from '../database/session-locks.ts';
import { type RecurringWork, recurringTask } from '../queue/recurring-work.ts';
import type { FileStores } from '../stores/file-stores.ts';
import { moveNewFiles } from './move-files.ts';
import { removeObjects } from './remove-objects.ts';

/** Files go into the database with their message, and from there to the store: a store that is away delays no mail. */
export function fileWork(
  { deployment, locks }: { deployment: Deployment; locks: Locks },
  files: FileStores,
): RecurringWork[] {
  const remove = recurringTask({
    name: 'delete objects',
    everyMs: 2_000,
    async run(signal) {
      while (!signal.aborted && (await removeObjects(deployment.pool, files))) {}
    },
  });
  if (!files.target) return [remove];
  const move = recurringTask({
    name: 'move files to their store',
    everyMs: 2_000,
    async run(signal) {
      // One process moves them: others would copy the same.
      await locks.tryLock('move files', async (lost) => {
        const ended = AbortSignal.any([signal, lost]);
        while (!ended.aborted && (await moveNewFiles(deployment.pool, files, ended)) > 0) {}
      });
    },
  });
  return [move, remove];
}
