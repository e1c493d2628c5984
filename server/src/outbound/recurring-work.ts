import type { Queue } from '../queue/queue.ts';
import { type RecurringWork, recurringTask } from '../queue/recurring-work.ts';
import { takeDueBulk, writeSlice } from './bulk/bulk-slice.ts';
import { findWronglyHeld, releaseHeld } from './deliveries/held-deliveries.ts';
import { type ReadIdsDeps, readAwaitedIds } from './send/read-message-ids.ts';
import { findDeliveriesToRecover } from './send/recover-deliveries.ts';
import type { SendScheduler } from './send/send-scheduler.ts';

/** Writes bulk messages slice by slice, finds deliveries whose job was lost, and reads Message-IDs that are needed. */
export function outboundWork(
  deps: ReadIdsDeps & { enqueue: Queue['enqueue']; sendScheduler: SendScheduler },
): RecurringWork[] {
  const { deployment, database, enqueue, sendScheduler } = deps;
  return [
    recurringTask({
      name: 'write slices of bulk messages',
      everyMs: 1_000,
      run: async () => {
        for (const bulk of await takeDueBulk(deployment, new Date())) {
          await writeSlice({ database, enqueue }, bulk, new Date());
        }
      },
    }),
    recurringTask({
      name: 'recover deliveries',
      everyMs: 2_000,
      run: async () => {
        for (const delivery of await findDeliveriesToRecover(deployment, new Date())) {
          sendScheduler.schedule(delivery);
        }
      },
    }),
    recurringTask({
      name: 'read Message-IDs that are cited',
      everyMs: 2_000,
      run: (signal) => readAwaitedIds(deps, signal),
    }),
    recurringTask({
      name: 'release wrongly held deliveries',
      everyMs: 5_000,
      run: async () => {
        for (const { instanceId, mailboxId } of await findWronglyHeld(deployment, new Date())) {
          await database.inInstance(instanceId, (tx) => releaseHeld(tx, mailboxId, enqueue));
        }
      },
    }),
  ];
}
