import { sql } from 'kysely';
import type { Deployment } from '../../database/connect.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import { enqueueDelivery } from './enqueue-delivery.ts';

/** Messages held for longer are not sent without asking when the mailbox is reconnected (C12). */
const maxHeldMs = 24 * 3_600_000;

/** Whether a held delivery does not wait for an answer to `held-too-long`. */
const needsNoAnswer = sql<boolean>`delivery.problem ->> 'code' is distinct from 'held-too-long'`;

/** The problem of a message that is held because its mailbox is disconnected (C11). */
export function heldBecauseDisconnected(address: string): StoredProblem {
  return storedProblem('mailbox-disconnected', { address });
}

/**
 * Queues the held messages of a mailbox again, in the order written (C12). Those older than a day stay
 * held until somebody confirms them: their content may be out of date.
 */
export async function releaseHeld(
  tx: InstanceTransaction,
  mailboxId: string,
  enqueue: Queue['enqueue'],
): Promise<void> {
  const now = new Date();
  const held = await tx.sql
    .selectFrom('delivery')
    .innerJoin('message', 'message.id', 'delivery.messageId')
    .innerJoin('mailbox', 'mailbox.id', 'delivery.mailboxId')
    .where('delivery.mailboxId', '=', mailboxId)
    .where('delivery.state', '=', 'held')
    .where(needsNoAnswer)
    .where('mailbox.disconnectedAt', 'is', null)
    .select(['delivery.messageId', 'delivery.sendAfter', 'message.conversationId', 'mailbox.address'])
    .orderBy('delivery.sendAfter')
    .orderBy('delivery.createdAt')
    .orderBy('delivery.messageId')
    .forUpdate('delivery')
    .execute();
  for (const { messageId, sendAfter, conversationId, address } of held) {
    const needsConfirmation = now.getTime() - sendAfter.getTime() > maxHeldMs;
    await tx.sql
      .updateTable('delivery')
      .set({ ...(needsConfirmation ? confirm(address) : queuedAgain), changedAt: now })
      .where('messageId', '=', messageId)
      .execute();
    if (!needsConfirmation)
      await enqueueDelivery(tx, { messageId, mailboxId, conversationId, sendAfter, now }, enqueue);
    recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  }
}

/**
 * Connected mailboxes with messages that are held as if they were disconnected: the messages were written,
 * or failed, at the moment of the reconnection. They must be released again.
 */
export async function findWronglyHeld(deployment: Deployment, now: Date): Promise<MailboxRef[]> {
  return deployment.sql
    .selectFrom('delivery')
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'delivery.instanceId')
        .onRef('mailbox.id', '=', 'delivery.mailboxId'),
    )
    .where('delivery.state', '=', 'held')
    .where(needsNoAnswer)
    .where('delivery.changedAt', '<', new Date(now.getTime() - 5_000))
    .where('mailbox.disconnectedAt', 'is', null)
    .where('mailbox.deletedAt', 'is', null)
    .select(['delivery.instanceId', 'delivery.mailboxId'])
    .distinct()
    .execute();
}

export const queuedAgain = { state: 'queued', problem: null } as const;

const confirm = (address: string) => ({
  problem: JSON.stringify(storedProblem('held-too-long', { address })),
});
