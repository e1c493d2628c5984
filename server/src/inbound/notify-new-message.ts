import type { InstanceTransaction } from '../database/bind.ts';
import { notifyOfMail } from '../notifications/notify.ts';
import type { Changes } from './changes.ts';
import type { Context } from './load-context.ts';

/** Mail older than this (ms), read late or by catching up, is no news to be told. */
const newsFor = 24 * 3_600_000;

/**
 * Tells of what people wrote, in the transaction that stores it; never of automatic mail or quiet conversations.
 * A list does not make a message automatic: customers write through Google Groups as well.
 */
export async function tellOf(
  tx: InstanceTransaction,
  plan: Changes,
  known: Context,
  now: Date,
): Promise<void> {
  const arrivals = plan.messages.flatMap(({ id: messageId, conversationId, direction, reports, message }) => {
    const { parsed: reading, fetched } = message;
    if (direction !== 'inbound' || reports || reading.automatic) return [];
    if (reading.kind !== 'ordinary' && reading.kind !== 'list') return [];
    if (fetched.internalDate.getTime() < now.getTime() - newsFor) return [];
    const conversation = known.conversations.get(conversationId);
    if (!conversation || conversation.quietFor !== null) return [];
    const isNew = plan.conversations.get(conversationId)?.created != null;
    return [{ conversationId, messageId, assigneeId: conversation.assigneeId, isNew }];
  });
  await notifyOfMail(tx, arrivals, { wanted: known.notifyUnassigned, now });
}
