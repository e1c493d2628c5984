import type { InstanceTransaction } from '../database/bind.ts';
import type { Queue } from '../queue/queue.ts';

/** Asks for a message to be sent when its time comes. */
export async function askToSend(
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
  else await enqueue(tx, 'send', { ...data, after: sendAfter.toISOString() }, { startAfter: sendAfter });
}
