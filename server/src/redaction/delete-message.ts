import { type Actor, audit } from '../audit/record-audit-entry.ts';
import { refreshLastMessagePreview } from '../conversations/last-message-preview.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { deleteUnusedBlobs } from '../drafts/blobs.ts';
import { ProblemError } from '../problems.ts';
import { redactRawCopy } from './redact-files.ts';
import { assertSent, lockConversationMessages, noSuchMessage, recordRedaction } from './redaction-record.ts';

/**
 * Deletes a message (M1): nothing it said or brought is left. Its place in the conversation and its ids
 * stay, so that answers to it still find it, and so that reading the mailbox again never brings it back.
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
    .set({
      subject: '',
      bodyText: '',
      bodyHtml: null,
      ownText: null,
      ownHtml: null,
      snippet: '',
      unreadable: null,
      invitation: null,
      recipients: JSON.stringify({ to: [], cc: [], bcc: [], replyTo: [] }),
      deletedAt: now,
    })
    .where('id', '=', messageId)
    .execute();
  await tx.sql
    .updateTable('deliveryReport')
    .set({ diagnostic: '' })
    .where((eb) => eb.or([eb('messageId', '=', messageId), eb('reportMessageId', '=', messageId)]))
    .execute();
  await tx.sql.deleteFrom('unmatchedReport').where('reportMessageId', '=', messageId).execute();
  await tx.sql.deleteFrom('redaction').where('messageId', '=', messageId).execute();
  // The subject goes with the last message that had it.
  if (!otherMessages.some((other) => other.subject.includes(subject))) {
    await tx.sql.updateTable('conversation').set({ subject: '' }).where('id', '=', conversationId).execute();
  }
  await recordRedaction(tx, { messageId, conversationId, kind: 'message' }, actor, now);
  await refreshLastMessagePreview(tx, conversationId);
  await audit(tx, actor, {
    action: 'message.deleted',
    subject: 'A message',
    after: { conversationId, messageId },
  });
}

/**
 * Deletes an attachment, its bytes and its place in the raw copy; with `everywhere` the same file of
 * other messages and drafts of the conversation too.
 */
export async function deleteAttachment(
  tx: InstanceTransaction,
  { attachmentId, everywhere }: { attachmentId: string; everywhere: boolean },
  actor: Actor,
  now: Date,
): Promise<void> {
  const file = await tx.sql
    .selectFrom('attachment')
    .where('id', '=', attachmentId)
    .select(['messageId', 'sha256'])
    .executeTakeFirst();
  if (!file?.messageId) throw new ProblemError(noSuchMessage);
  const { message } = await lockConversationMessages(tx, file.messageId);
  const { conversationId } = message;
  const files = await filesToDelete(tx, conversationId, { attachmentId }, everywhere);
  const messageIds = [...new Set(files.flatMap(({ messageId }) => (messageId ? [messageId] : [])))];
  await assertSent(tx, messageIds);
  await deleteFiles(tx, files);
  for (const messageId of messageIds) {
    await redactRawCopy(tx, messageId, () => [], { force: true });
    await recordRedaction(tx, { messageId, conversationId, kind: 'attachment' }, actor, now);
  }
  await audit(tx, actor, {
    action: 'attachment.deleted',
    subject: 'An attachment',
    after: { conversationId, messageId: file.messageId, files: files.length },
  });
}

/** The files to delete: one, or all of a message; and with `everywhere`, or in drafts, the same ones beside it. */
async function filesToDelete(
  tx: InstanceTransaction,
  conversationId: string,
  selection: { messageId: string } | { attachmentId: string },
  everywhere: boolean,
) {
  const selectAttachment = tx.sql.selectFrom('attachment').select('attachment.id');
  const selected =
    'messageId' in selection
      ? selectAttachment.where('attachment.messageId', '=', selection.messageId)
      : selectAttachment.where('attachment.id', '=', selection.attachmentId);
  return tx.sql
    .selectFrom('attachment')
    .leftJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'attachment.instanceId')
        .onRef('message.id', '=', 'attachment.messageId'),
    )
    .leftJoin('draft', (join) =>
      join
        .onRef('draft.instanceId', '=', 'attachment.instanceId')
        .onRef('draft.id', '=', 'attachment.draftId'),
    )
    .where((eb) =>
      eb.or([
        eb('attachment.id', 'in', selected),
        eb.and([
          eb('attachment.sha256', 'in', selected.clearSelect().select('attachment.sha256')),
          eb.or([
            eb('draft.conversationId', '=', conversationId),
            ...(everywhere ? [eb('message.conversationId', '=', conversationId)] : []),
          ]),
        ]),
      ]),
    )
    .select(['attachment.id', 'attachment.messageId', 'attachment.sha256'])
    .execute();
}

async function deleteFiles(
  tx: InstanceTransaction,
  files: Array<{ id: string; sha256: Buffer }>,
): Promise<void> {
  if (files.length === 0) return;
  const ids = files.map(({ id }) => id);
  await tx.sql.deleteFrom('attachment').where('id', 'in', ids).execute();
  await deleteUnusedBlobs(
    tx,
    files.map(({ sha256 }) => sha256),
  );
}
