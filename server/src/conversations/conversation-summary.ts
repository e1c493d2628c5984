import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { baseSubject } from '../mail/compose/subjects.ts';
import { refreshLastMessagePreview } from './last-message-preview.ts';

/**
 * Updates what a conversation shows of its messages after some were moved into it or out of it, or deleted:
 * the subject if it is empty (of the first message), the date of the last inbound message, and the preview. Messages
 * whose content was deleted do not count.
 */
export async function refreshSummary(tx: InstanceTransaction, conversationId: string): Promise<void> {
  const first = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .where('deletedAt', 'is', null)
    .select('subject')
    .orderBy('sentAt')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({
      subject: eb
        .case()
        .when('subject', '=', '')
        .then(baseSubject(first?.subject ?? ''))
        .else(eb.ref('subject'))
        .end(),
      lastInboundAt: eb
        .selectFrom('message')
        .whereRef('message.conversationId', '=', 'conversation.id')
        .where('direction', '=', 'inbound')
        .where('deletedAt', 'is', null)
        .select((max) => max.fn.max('sentAt').as('at')),
    }))
    .where('id', '=', conversationId)
    .execute();
  await refreshLastMessagePreview(tx, conversationId);
}
