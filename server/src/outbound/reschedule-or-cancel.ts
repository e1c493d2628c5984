import type { InstanceTransaction } from '../database/bind.ts';
import { Refused, refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import type { Queue } from '../queue/queue.ts';
import { askToSend } from './enqueue-delivery.ts';
import { noWords, released } from './held-deliveries.ts';
import { whenToSend } from './send-time.ts';

/** Send it now; never; or at another time. */
export type Decision = { kind: 'send' } | { kind: 'cancel' } | { kind: 'later'; sendAt: Date };

/**
 * Decides about a message that is not on its way yet: one that waits for its time, is held, or failed.
 * Throws Refused, in words, once Gmail may have been asked to send it.
 */
export async function decideDelivery(
  tx: InstanceTransaction,
  messageId: string,
  { decision, actorId, now }: { decision: Decision; actorId: string; now: Date },
  enqueue: Queue['enqueue'],
): Promise<void> {
  const delivery = await notYetSent(tx, messageId);
  const { conversationId, mailboxId } = delivery;
  if (decision.kind === 'cancel') {
    if (delivery.state === 'cancelled') return;
    if (delivery.state === 'queued' && delivery.uncertainSince) throw new Refused(underWay);
    const words = delivery.uncertainSince ? perhapsSent : noWords;
    await tx.sql
      .updateTable('delivery')
      .set({ state: 'cancelled', ...words, changedAt: now })
      .where('messageId', '=', messageId)
      .execute();
  } else {
    if (delivery.state === 'cancelled') throw new Refused(isCancelled);
    // On its way already; where Google asked to wait, that stands.
    if (decision.kind === 'send' && delivery.state === 'queued' && delivery.sendAfter <= now) return;
    if (decision.kind === 'later' && delivery.uncertainSince) throw new Refused(underWay);
    if (delivery.deletedAt || (delivery.disconnectedAt && decision.kind === 'send')) {
      throw new Refused(stillDisconnected(delivery.address));
    }
    const when = decision.kind === 'later' ? { sendAt: decision.sendAt } : { undoSeconds: 0 };
    const { sendAfter, scheduled } = await whenToSend(tx, { conversationId, messageId, when, now });
    // Put off while its address is disconnected it stays held, for its new time.
    const state = delivery.disconnectedAt ? {} : released;
    await tx.sql
      .updateTable('delivery')
      .set({ ...state, sendAfter, scheduled, attempts: 0, nextAttemptAt: null, changedAt: now })
      .where('messageId', '=', messageId)
      .execute();
    if (!delivery.disconnectedAt)
      await askToSend(tx, { messageId, mailboxId, conversationId, sendAfter, now }, enqueue);
  }
  record(tx, { type: 'delivery.changed', data: { conversationId, messageId } }, actorId);
}

/** A delivery nobody is working on, locked. Throws Refused where there is none, or it is too late. */
export async function notYetSent(tx: InstanceTransaction, messageId: string) {
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
  if (!delivery) throw new Refused(noSuchDelivery);
  if (delivery.state === 'sent') throw new Refused(alreadySent);
  if (delivery.state === 'sending') throw new Refused(underWay);
  return delivery;
}

const perhapsSent = {
  code: 'perhaps-sent',
  sentence: 'Postroom did not learn whether Gmail sent it before it was disconnected.',
  remedy: 'If it did, the message is shown as sent as soon as Postroom finds it in Gmail.',
};

const noSuchDelivery = refusal(404, 'no-such-message', 'There is no such message to send.');
const alreadySent = refusal(
  409,
  'already-sent',
  'The message has been sent.',
  'It cannot be taken back. Write another one to set things right.',
);
export const underWay = refusal(
  409,
  'being-sent',
  'The message is being sent at this moment.',
  'It cannot be taken back any more. Wait until it shows as sent.',
);
const isCancelled = refusal(
  409,
  'cancelled',
  'This message was cancelled.',
  'Edit it and send it again, or write another one.',
);
const stillDisconnected = (address: string) =>
  refusal(
    409,
    'mailbox-disconnected',
    `${address} is disconnected from Gmail.`,
    'Ask an admin to reconnect the address, then send the message.',
  );
