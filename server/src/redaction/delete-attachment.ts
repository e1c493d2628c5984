import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { deleteUnusedBlobs } from '../drafts/blobs.ts';
import { ProblemError } from '../problems.ts';
import { attachmentsWithOwners } from './attachments-with-owners.ts';
import { redactRawCopy, removeFromAttachedMessages } from './redact-files.ts';
import { assertSent, lockConversationMessages, noSuchMessage, recordRedaction } from './redaction-record.ts';

/**
 * Deletes an attachment, also from the raw copy of its message, and the same file in drafts of the
 * conversation; with `everywhere` in its other messages too. Throws a ProblemError if it does not exist or
 * one of the messages is being sent.
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
  const hashes = files.map(({ sha256 }) => sha256);
  const messageIds = [...new Set(files.flatMap(({ messageId }) => (messageId ? [messageId] : [])))];
  await assertSent(tx, messageIds);
  await deleteFiles(tx, files);
  for (const draftId of new Set(files.flatMap((one) => one.draftId ?? []))) {
    await removeFromAttachedMessages(tx, { draftId }, hashes);
  }
  for (const messageId of messageIds) {
    await removeFromAttachedMessages(tx, { messageId }, hashes);
    await redactRawCopy(tx, messageId, () => [], { force: true });
    await recordRedaction(tx, { messageId, conversationId, kind: 'attachment' }, actor, now);
  }
  await audit(tx, actor, {
    action: 'attachment.deleted',
    subject: 'An attachment',
    after: { conversationId, messageId: file.messageId, files: files.length },
  });
}

/**
 * The files to delete: one, or all of a message, and the files with the same bytes in drafts of the
 * conversation; with `everywhere` also in its other messages.
 */
export async function filesToDelete(
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
  return attachmentsWithOwners(tx)
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
    .select(['attachment.id', 'attachment.messageId', 'attachment.draftId', 'attachment.sha256'])
    .execute();
}

/** Deletes files, and their bytes if nothing else uses them. */
export async function deleteFiles(
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
