import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import { createProblem, ProblemError, storedProblem } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import { enqueueDelivery } from './enqueue-delivery.ts';
import { queuedAgain } from './held-deliveries.ts';
import { resolveSendTime } from './send-time.ts';

/** Send it now, never, or at another time. */
export type Decision = { kind: 'send' } | { kind: 'cancel' } | { kind: 'later'; sendAt: Date };

/**
 * Applies a decision about a message that is not being sent: it waits for its time, is held, or failed.
 * Throws a ProblemError once Gmail may have been asked to send it.
 */
export async function rescheduleOrCancel(
  tx: InstanceTransaction,
  messageId: string,
  { decision, actorId, now }: { decision: Decision; actorId: string; now: Date },
  enqueue: Queue['enqueue'],
): Promise<void> {
  const delivery = await lockUnsentDelivery(tx, messageId);
  const { conversationId, mailboxId } = delivery;
  if (decision.kind === 'cancel') {
    if (delivery.state === 'cancelled') return;
    if (delivery.state === 'queued' && delivery.uncertainSince) throw new ProblemError(beingSent);
    const problem = delivery.uncertainSince ? JSON.stringify(storedProblem('maybe-sent')) : null;
    await tx.sql
      .updateTable('delivery')
      .set({ state: 'cancelled', problem, changedAt: now })
      .where('messageId', '=', messageId)
      .execute();
  } else {
    if (delivery.state === 'cancelled') throw new ProblemError(isCancelled);
    // It is due already. If Google asked to wait, the wait stays.
    if (decision.kind === 'send' && delivery.state === 'queued' && delivery.sendAfter <= now) return;
    if (decision.kind === 'later' && delivery.uncertainSince) throw new ProblemError(beingSent);
    if (delivery.deletedAt || (delivery.disconnectedAt && decision.kind === 'send')) {
      throw new ProblemError(stillDisconnected(delivery.address));
    }
    const sendTime = decision.kind === 'later' ? { sendAt: decision.sendAt } : { undoSeconds: 0 };
    const { sendAfter, scheduled } = await resolveSendTime(tx, { conversationId, messageId, sendTime, now });
    // While its mailbox is disconnected it stays held, with the new time.
    const state = delivery.disconnectedAt ? {} : queuedAgain;
    await tx.sql
      .updateTable('delivery')
      .set({ ...state, sendAfter, scheduled, attempts: 0, nextAttemptAt: null, changedAt: now })
      .where('messageId', '=', messageId)
      .execute();
    if (!delivery.disconnectedAt)
      await enqueueDelivery(tx, { messageId, mailboxId, conversationId, sendAfter, now }, enqueue);
  }
  recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } }, actorId);
}

/** Locks a delivery that is not being sent. Throws a ProblemError if there is none or it is too late. */
export async function lockUnsentDelivery(tx: InstanceTransaction, messageId: string) {
  const delivery = await tx.sql
    .selectFrom('delivery')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'delivery.instanceId')
        .onRef('message.id', '=', 'delivery.messageId'),
    )
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'delivery.instanceId')
        .onRef('mailbox.id', '=', 'delivery.mailboxId'),
    )
    .where('delivery.messageId', '=', messageId)
    .select([
      'delivery.state',
      'delivery.uncertainSince',
      'delivery.mailboxId',
      'delivery.sendAfter',
      'message.conversationId',
      'mailbox.address',
      'mailbox.disconnectedAt',
      'mailbox.deletedAt',
    ])
    .forUpdate('delivery')
    .executeTakeFirst();
  if (!delivery) throw new ProblemError(noSuchDelivery);
  if (delivery.state === 'sent') throw new ProblemError(alreadySent);
  if (delivery.state === 'sending') throw new ProblemError(beingSent);
  return delivery;
}

const noSuchDelivery = createProblem(404, 'no-such-delivery');
const alreadySent = createProblem(409, 'already-sent');
export const beingSent = createProblem(409, 'being-sent');
const isCancelled = createProblem(409, 'cancelled');
const stillDisconnected = (address: string) => createProblem(409, 'send-mailbox-disconnected', { address });
