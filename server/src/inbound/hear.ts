import type { Deployment } from '../database/connect.ts';
import type { Notified } from '../google/pubsub.ts';
import type { Queue } from '../queue/queue.ts';

/**
 * Takes note of notifications: asks for a look at each mailbox they tell news of. Late, repeated and
 * unknown ones do nothing. What is asked for is committed when this returns.
 */
export async function hear(
  { deployment, enqueue }: { deployment: Deployment; enqueue: Queue['enqueue'] },
  notified: Notified[],
): Promise<void> {
  const newest = new Map<string, bigint>();
  for (const { emailAddress, historyId } of notified) {
    const id = BigInt(historyId);
    if (id > (newest.get(emailAddress) ?? 0n)) newest.set(emailAddress, id);
  }
  if (newest.size === 0) return;
  const told = await deployment.sql
    .updateTable('mailbox')
    .set({ heardAt: new Date() })
    .where('address', 'in', [...newest.keys()])
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .returning(['instanceId', 'id as mailboxId', 'address', 'cursor'])
    .execute();
  for (const { address, cursor, ...mailbox } of told) {
    // What the cursor covers is stored already.
    if (newest.get(address)! > BigInt(cursor)) await enqueue(deployment, 'sync', mailbox);
  }
}
