import { isUnfinishedIn } from '../../conversations/unfinished-deliveries.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { prepared } from '../../database/prepared-statements.ts';

/** When a message is sent: at a chosen time, or after the seconds in which it can be undone. */
export type SendTime = { sendAt: Date } | { undoSeconds: number };

/**
 * The time from which a message may be sent. Without a chosen time, it is not before the earlier messages
 * of its conversation that are not sent yet, so that they are sent in the order written, also when they can be
 * undone or the clock was set back in between.
 */
export async function resolveSendTime(
  tx: InstanceTransaction,
  {
    conversationId,
    messageId,
    sendTime,
    now,
  }: { conversationId: string; messageId: string; sendTime: SendTime; now: Date },
): Promise<{ sendAfter: Date; scheduled: boolean }> {
  const [queued] = await lastInConversation(tx, { conversationId, messageId });
  return notBefore(queued?.last ?? null, { sendTime, now });
}

/** The same where `lastInConversation` was read before. */
export function notBefore(
  lastQueued: Date | null,
  { sendTime, now }: { sendTime: SendTime; now: Date },
): { sendAfter: Date; scheduled: boolean } {
  if ('sendAt' in sendTime) return { sendAfter: sendTime.sendAt, scheduled: true };
  const earliest = new Date(now.getTime() + sendTime.undoSeconds * 1_000);
  return { sendAfter: lastQueued && lastQueued > earliest ? lastQueued : earliest, scheduled: false };
}

type Place = { conversationId: string; messageId: string };
/** When the last of the messages that wait in the conversation is sent. */
export const lastInConversation = prepared((db, { conversationId, messageId }: Place) =>
  db
    .selectFrom('delivery')
    .where(isUnfinishedIn(conversationId))
    .where('delivery.messageId', '!=', messageId)
    .where('delivery.scheduled', '=', false)
    .select(({ fn }) => fn.max<Date | null>('delivery.sendAfter').as('last')),
);
