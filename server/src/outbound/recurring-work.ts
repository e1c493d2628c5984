import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Queue } from '../queue/queue.ts';
import { type RecurringWork, recurringTask } from '../queue/recurring-work.ts';
import { takeDueBulk, writeSlice } from './bulk-slice.ts';
import { findWronglyHeld, releaseHeld } from './held-deliveries.ts';
import { findDeliveriesToRecover } from './recover-deliveries.ts';
import type { SendScheduler } from './send-scheduler.ts';

/** Writes bulk messages slice by slice, and finds deliveries whose job was lost. */
export function outboundWork({
  deployment,
  database,
  enqueue,
  sendScheduler,
}: {
  deployment: Deployment;
  database: Database;
  enqueue: Queue['enqueue'];
  sendScheduler: SendScheduler;
}): RecurringWork[] {
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
