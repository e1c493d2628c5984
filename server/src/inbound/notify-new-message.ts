import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { notifyReceivedMessages } from '../notifications/notify.ts';
import type { Changes } from './changes.ts';
import type { Context } from './load-context.ts';

/** Mail older than this (ms), read late or by catching up, is no news to be told. */
const maxAgeMs = 24 * 3_600_000;

/**
 * Tells of what people wrote, in the transaction that stores it; never of automatic mail or quiet conversations.
 * A list does not make a message automatic: customers write through Google Groups as well.
 */
export async function notifyNewMessages(
  tx: InstanceTransaction,
  changes: Changes,
  context: Context,
  now: Date,
): Promise<void> {
  const arrivals = changes.messages.flatMap(
    ({ id: messageId, conversationId, direction, reports, message }) => {
      const { parsed, fetched } = message;
      if (direction !== 'inbound' || reports || parsed.automatic) return [];
      if (parsed.kind !== 'ordinary' && parsed.kind !== 'list') return [];
      if (fetched.internalDate.getTime() < now.getTime() - maxAgeMs) return [];
      const conversation = context.conversations.get(conversationId);
      if (!conversation || conversation.quietFor !== null) return [];
      const isNew = changes.conversations.get(conversationId)?.created != null;
      return [{ conversationId, messageId, assigneeId: conversation.assigneeId, isNew }];
    },
  );
  await notifyReceivedMessages(tx, arrivals, { wanted: context.notifyUnassigned, now });
}
