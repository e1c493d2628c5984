import { type Actor, audit } from '../audit/record-audit-entry.ts';
import { refreshSummary } from '../conversations/conversation-summary.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { deleteFiles, filesToDelete } from './delete-attachment.ts';
import { assertSent, lockConversationMessages, recordRedaction } from './redaction-record.ts';

/**
 * Deletes the content of a message (M1): text, recipients, files, raw copy and reports. The row and its ids
 * stay, so that replies still find the conversation, and a full sync does not store the message again.
 * Throws a ProblemError if it does not exist or is being sent.
 */
export async function deleteMessage(
  tx: InstanceTransaction,
  messageId: string,
  actor: Actor,
  now: Date,
): Promise<void> {
  const { message, others: otherMessages, subject } = await lockConversationMessages(tx, messageId);
  const { conversationId } = message;
  if (message.deletedAt) return;
  await assertSent(tx, [messageId]);
  await deleteFiles(tx, await filesToDelete(tx, conversationId, { messageId }, false));
  await tx.sql.deleteFrom('rawMessage').where('messageId', '=', messageId).execute();
  await tx.sql
    .updateTable('message')
    .set((eb) => ({
      subject: '',
      bodyText: '',
      bodyHtml: null,
      ownText: null,
      ownHtml: null,
      snippet: '',
      // Empty: it was a reaction, which reports do not count.
      reaction: eb.case().when('reaction', 'is not', null).then('').else(null).end(),
      unreadable: null,
      invitation: null,
      recipients: JSON.stringify({ to: [], cc: [], bcc: [], replyTo: [] }),
      sender: null,
      formReplyTo: null,
      deliveredTo: [],
      deletedAt: now,
    }))
    .where('id', '=', messageId)
    .execute();
  await tx.sql
    .updateTable('deliveryReport')
    .set({ diagnostic: '' })
    .where((eb) => eb.or([eb('messageId', '=', messageId), eb('reportMessageId', '=', messageId)]))
    .execute();
  await tx.sql.deleteFrom('unmatchedReport').where('reportMessageId', '=', messageId).execute();
  await tx.sql.deleteFrom('redaction').where('messageId', '=', messageId).execute();
  // The subject of the conversation is deleted with the last message that has it.
  if (!otherMessages.some((other) => other.subject.includes(subject))) {
    await tx.sql.updateTable('conversation').set({ subject: '' }).where('id', '=', conversationId).execute();
  }
  await recordRedaction(tx, { messageId, conversationId, kind: 'message' }, actor, now);
  await refreshSummary(tx, conversationId);
  await audit(tx, actor, {
    action: 'message.deleted',
    subject: 'A message',
    after: { conversationId, messageId },
  });
}
