import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { deleteUnusedBlobs } from '../drafts/blobs.ts';
import { recordEvent } from '../events/record-event.ts';
import { deleteStoredAnswers } from '../idempotency/stored-answers.ts';
import { attachmentsWithOwners } from '../redaction/attachments-with-owners.ts';
import { redactResponses } from '../webhooks/delivery-log.ts';
import { rememberDeletedMail } from './deleted-mail-keys.ts';

/**
 * Deletes conversations with their messages, files, raw copies and drafts. Kept are the Gmail ids and keys of their
 * mail, so that neither a sync nor an import stores it again. Lock the conversations before. `addresses`: all mail of
 * these people is kept out too; `customerId`: the customer who is deleted with them.
 */
export async function deleteConversations(
  tx: InstanceTransaction,
  ids: string[],
  {
    actorId,
    addresses = [],
    customerId = null,
  }: { actorId: string | null; addresses?: string[]; customerId?: string | null },
): Promise<void> {
  await rememberDeletedMail(tx, { conversationIds: ids, addresses }, new Date());
  const files = await attachmentsWithOwners(tx)
    .where((eb) =>
      eb.or([
        eb('message.conversationId', '=', eb.fn.any(eb.val(ids))),
        eb('draft.conversationId', '=', eb.fn.any(eb.val(ids))),
      ]),
    )
    .select('attachment.sha256')
    .distinct()
    .execute();
  await deleteStoredAnswers(tx);
  await redactResponses(tx, { conversationIds: ids, customerId });
  await tx.sql
    .deleteFrom('conversation')
    .where((eb) => eb('id', '=', eb.fn.any(eb.val(ids))))
    .execute();
  await deleteUnusedBlobs(
    tx,
    files.map(({ sha256 }) => sha256),
  );
  for (const conversationId of ids) {
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } }, actorId);
  }
}
