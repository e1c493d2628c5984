import type { InstanceTransaction } from '../database/bind.ts';
import { record } from '../events/record.ts';
import type { Queue } from '../queue/queue.ts';

/** What is shown beside a message held because its mailbox is disconnected (C11). */
export function heldBecauseDisconnected(address: string) {
  return {
    code: 'mailbox-disconnected',
    sentence: `${address} is disconnected from Gmail.`,
    remedy: 'The message is held and sent when an admin reconnects the address.',
  };
}

/** Puts every held message of a mailbox back in the queue, in the order written (C12). */
export async function releaseHeld(
  tx: InstanceTransaction,
  mailboxId: string,
  enqueue: Queue['enqueue'],
): Promise<void> {
  const released = await tx.sql
    .updateTable('delivery')
    .set({ state: 'queued', code: null, sentence: null, remedy: null, changedAt: new Date() })
    .where('mailboxId', '=', mailboxId)
    .where('state', '=', 'held')
    .returning('messageId')
    .execute();
  for (const { messageId } of released) {
    await enqueue(tx, 'send', { instanceId: tx.instanceId, messageId });
    const { conversationId } = await tx.sql
      .selectFrom('message')
      .where('id', '=', messageId)
      .select('conversationId')
      .executeTakeFirstOrThrow();
    record(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  }
}
