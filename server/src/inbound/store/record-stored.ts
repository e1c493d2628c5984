import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { Changes } from '../decide/changes.ts';

/**
 * Records the events of stored messages. Thousands of older messages, of an import (G1), would keep open pages busy, and
 * few of them change what these show: for them there is one event for each conversation with other mail that they join.
 */
export async function recordStored(
  tx: InstanceTransaction,
  { messages, arrivedCopies, conversations }: Changes,
  { importing }: { importing: boolean },
): Promise<void> {
  if (!importing) {
    for (const { id: messageId, conversationId, direction } of [...messages, ...arrivedCopies]) {
      recordEvent(tx, { type: 'message.stored', data: { conversationId, messageId, direction } });
    }
    return;
  }
  const joined = messages.flatMap(({ conversationId }) =>
    conversations.get(conversationId)?.created ? [] : [conversationId],
  );
  if (joined.length === 0) return;
  const withOtherMail = await tx.sql
    .selectFrom('message')
    .where('conversationId', 'in', joined)
    .where('imported', '=', false)
    .where('direction', '!=', 'note')
    .select('conversationId')
    .distinct()
    .execute();
  for (const { conversationId } of withOtherMail) {
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
  }
}
