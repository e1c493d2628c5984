import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Queue } from '../queue/queue.ts';

/** Asks for a message to be sent when its time comes. */
export async function enqueueDelivery(
  tx: InstanceTransaction,
  {
    messageId,
    mailboxId,
    conversationId,
    sendAfter,
    now,
  }: { messageId: string; mailboxId: string; conversationId: string; sendAfter: Date; now: Date },
  enqueue: Queue['enqueue'],
): Promise<void> {
  const data = { instanceId: tx.instanceId, messageId, mailboxId, conversationId };
  if (sendAfter <= now) await enqueue(tx, 'send', data);
  else await enqueue(tx, 'send', { ...data, sendAfter: sendAfter.toISOString() }, { startAfter: sendAfter });
}
