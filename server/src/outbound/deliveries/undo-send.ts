import { v4 as uuid } from 'uuid';
import { refreshLastMessagePreview } from '../../conversations/last-message-preview.ts';
import type { DraftKind } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordDraftChanged } from '../../drafts/save-draft.ts';
import { recordEvent } from '../../events/record-event.ts';
import { formatRecipient } from '../../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../../problems.ts';
import { beingSent, lockUnsentDelivery } from './reschedule-or-cancel.ts';

/** A conversation set to done within this time, with the message, is opened again by undo (ms). */
const doneTogetherMs = 60_000;

/**
 * Turns a message that was certainly not sent back into a draft of the user. The message is deleted, and
 * so is the conversation it opened. If the user has begun another draft there, its text follows below. A
 * message that bounced is kept, and the draft is a copy. Returns the draft's id. Throws a ProblemError once
 * Gmail may have been asked to send the message, and for an answer to an invitation.
 */
export async function undoSend(
  tx: InstanceTransaction,
  { messageId, userId, now }: { messageId: string; userId: string; now: Date },
): Promise<{ draftId: string; conversationId: string }> {
  const isCopy = await hasBounced(tx, messageId);
  if (!isCopy && (await lockUnsentDelivery(tx, messageId)).uncertainSince) throw new ProblemError(beingSent);
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .selectAll()
    .executeTakeFirstOrThrow();
  const { conversationId } = message;
  if (await isInvitationAnswer(tx, messageId)) throw new ProblemError(answerAgain);
  const delivery = await tx.sql
    .selectFrom('delivery')
    .where('messageId', '=', messageId)
    .select('alias')
    .executeTakeFirst();
  const openedConversation = !isCopy && (await isOnlyMessage(tx, conversationId));
  const kind: DraftKind = openedConversation ? 'new' : message.forwardedId ? 'forward' : 'reply';
  const { to, cc, bcc } = message.recipients;
  const existingDraft = openedConversation
    ? undefined
    : await takeOverDraft(tx, { userId, conversationId, kind });
  const id = uuid();
  await tx.sql
    .insertInto('draft')
    .values({
      instanceId: tx.instanceId,
      id,
      userId,
      conversationId: openedConversation ? null : conversationId,
      kind,
      mailboxId: message.mailboxId,
      alias: delivery?.alias ?? null,
      recipients: JSON.stringify({
        to: to.map(formatRecipient),
        cc: cc.map(formatRecipient),
        bcc: bcc.map(formatRecipient),
      }),
      subject: message.subject,
      html: `${message.ownHtml ?? message.bodyHtml ?? ''}${existingDraft?.html ?? ''}`,
      forwardedId: message.forwardedId,
      ...(message.quoting && { quoting: JSON.stringify(message.quoting) }),
      changedAt: now,
    })
    .execute();
  if (existingDraft) {
    await tx.sql
      .updateTable('attachment')
      .set({ draftId: id })
      .where('draftId', '=', existingDraft.id)
      .execute();
    await tx.sql.deleteFrom('draft').where('id', '=', existingDraft.id).execute();
  }
  if (isCopy) await copyAttachments(tx, messageId, id);
  else {
    await tx.sql
      .updateTable('attachment')
      .set({ messageId: null, draftId: id })
      .where('messageId', '=', messageId)
      .execute();
    await deleteMessage(tx, { messageId, conversationId, openedConversation, now });
  }
  recordDraftChanged(tx, { draftId: id, userId, conversationId: openedConversation ? null : conversationId });
  return { draftId: id, conversationId };
}

/** Deletes the message, the conversation it opened and the customer it created. */
async function deleteMessage(
  tx: InstanceTransaction,
  {
    messageId,
    conversationId,
    openedConversation,
    now,
  }: { messageId: string; conversationId: string; openedConversation: boolean; now: Date },
): Promise<void> {
  await tx.sql.deleteFrom('message').where('id', '=', messageId).execute();
  if (openedConversation) {
    // Created in the same transaction as the conversation, and so for this message only.
    const createdCustomer = await tx.sql
      .selectFrom('customer')
      .innerJoin('conversation', (join) =>
        join
          .onRef('conversation.instanceId', '=', 'customer.instanceId')
          .onRef('conversation.customerId', '=', 'customer.id')
          .onRef('conversation.createdAt', '=', 'customer.createdAt'),
      )
      .where('conversation.id', '=', conversationId)
      .select('customer.id')
      .executeTakeFirst();
    await tx.sql.deleteFrom('conversation').where('id', '=', conversationId).execute();
    if (createdCustomer) {
      await tx.sql
        .deleteFrom('customer')
        .where('id', '=', createdCustomer.id)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('conversation').where('customerId', '=', createdCustomer.id).select('id'))),
        )
        .execute();
    }
  } else {
    await tx.sql
      .updateTable('conversation')
      .set({ status: 'open', doneAt: null })
      .where('id', '=', conversationId)
      .where('status', '=', 'done')
      .where('doneAt', '>', new Date(now.getTime() - doneTogetherMs))
      .execute();
    await refreshLastMessagePreview(tx, conversationId);
  }
  recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
}

/** Whether it was sent and a report says that it was not delivered. */
async function hasBounced(tx: InstanceTransaction, messageId: string): Promise<boolean> {
  const report = await tx.sql
    .selectFrom('deliveryReport')
    .where('messageId', '=', messageId)
    .where('kind', '=', 'failed')
    .select('id')
    .executeTakeFirst();
  return report !== undefined;
}

/** An answer to an invitation is more than its text: it is answered again instead. */
async function isInvitationAnswer(tx: InstanceTransaction, messageId: string): Promise<boolean> {
  const answer = await tx.sql
    .selectFrom('invitationAnswer')
    .where('messageId', '=', messageId)
    .select('messageId')
    .executeTakeFirst();
  return answer !== undefined;
}

async function isOnlyMessage(tx: InstanceTransaction, conversationId: string): Promise<boolean> {
  const messages = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .select('id')
    .limit(2)
    .execute();
  return messages.length === 1;
}

/** Finds the draft the user has begun since, and frees its place for the new one. */
async function takeOverDraft(
  tx: InstanceTransaction,
  { userId, conversationId, kind }: { userId: string; conversationId: string; kind: DraftKind },
): Promise<{ id: string; html: string } | undefined> {
  const existingDraft = await tx.sql
    .selectFrom('draft')
    .where('userId', '=', userId)
    .where('conversationId', '=', conversationId)
    .where('kind', '=', kind)
    .select(['id', 'html'])
    .forUpdate()
    .executeTakeFirst();
  // A user has one draft of a kind in a conversation: the new one follows.
  if (existingDraft)
    await tx.sql
      .updateTable('draft')
      .set({ kind: 'new', conversationId: null })
      .where('id', '=', existingDraft.id)
      .execute();
  return existingDraft;
}

async function copyAttachments(tx: InstanceTransaction, messageId: string, draftId: string): Promise<void> {
  const files = await tx.sql
    .selectFrom('attachment')
    .where('messageId', '=', messageId)
    .select([
      'instanceId',
      'filename',
      'mediaType',
      'charset',
      'size',
      'contentId',
      'inline',
      'sha256',
      'position',
    ])
    .execute();
  if (files.length === 0) return;
  await tx.sql
    .insertInto('attachment')
    .values(files.map((file) => ({ ...file, id: uuid(), draftId })))
    .execute();
}

const answerAgain = createProblem(409, 'invitation-answer-not-edited');
