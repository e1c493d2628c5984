import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { recordConversationEvent } from './conversation-events.ts';
import { refreshLastMessagePreview } from './last-message-preview.ts';
import { lockTwoConversations } from './lock-conversation.ts';
import { refreshOtherMailboxes } from './other-mailboxes.ts';
import { addParticipants } from './participants.ts';

/**
 * Merges a conversation into another: messages, tags, drafts and Gmail threads move to the other one, and
 * the first is deleted. What `unmergeConversation` needs to undo it is kept. Throws a ProblemError if the two
 * are the same or one does not exist. Without an actor (join-parent.ts), who takes part is left to the caller.
 * An open conversation opens the other one, unless `reopens` is false.
 */
export async function mergeConversation(
  tx: InstanceTransaction,
  {
    fromId,
    intoId,
    actorId,
    now,
    reopens = true,
  }: { fromId: string; intoId: string; actorId: string | null; now: Date; reopens?: boolean },
): Promise<{ mergeId: string }> {
  if (fromId === intoId) throw new ProblemError(sameConversation);
  const { instanceId } = tx;
  const [from, into] = await lockTwoConversations(tx, fromId, intoId);
  const moved = await moveContents(tx, fromId, intoId);
  if (actorId) await addParticipants(tx, intoId, moved.participants);
  await tx.sql.deleteFrom('conversation').where('id', '=', fromId).execute();
  const reopened = reopens && from.status === 'open' && into.status !== 'open';
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({
      ...(reopened && { status: 'open' as const, snoozedUntil: null, doneAt: null }),
      lastInboundAt: eb.fn<Date>('greatest', ['lastInboundAt', eb.val(from.lastInboundAt)]),
      version: eb('version', '+', 1),
      changedBy: actorId,
    }))
    .where('id', '=', intoId)
    .execute();
  const mergeId = uuid();
  await tx.sql
    .insertInto('conversationMerge')
    .values({
      instanceId,
      id: mergeId,
      intoId,
      formerId: fromId,
      customerId: from.customerId,
      mailboxId: from.mailboxId,
      assigneeId: from.assigneeId,
      status: from.status,
      createdAt: from.createdAt,
      messageIds: moved.messages.map(({ id }) => id),
      eventIds: moved.events.map(({ id }) => id),
      threads: JSON.stringify(moved.threads),
      participants: moved.participants,
      byId: actorId,
      at: now,
    })
    .execute();
  await recordConversationEvent(tx, {
    conversationId: intoId,
    kind: 'merged',
    actorId,
    otherId: mergeId,
    at: now,
  });
  await refreshOtherMailboxes(tx, [intoId]);
  await refreshLastMessagePreview(tx, intoId);
  for (const conversationId of [fromId, intoId])
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } }, actorId);
  return { mergeId };
}

/** Returns the id of the conversation that one was merged into; null if it was not merged. */
export async function mergeTarget(tx: InstanceTransaction, conversationId: string): Promise<string | null> {
  const merge = await tx.sql
    .selectFrom('conversationMerge')
    .where('formerId', '=', conversationId)
    .select('intoId')
    .executeTakeFirst();
  return merge?.intoId ?? null;
}

async function moveContents(tx: InstanceTransaction, fromId: string, intoId: string) {
  const move = { conversationId: intoId };
  const messages = await tx.sql
    .updateTable('message')
    .set(move)
    .where('conversationId', '=', fromId)
    .returning('id')
    .execute();
  const threads = await tx.sql
    .updateTable('gmailThread')
    .set(move)
    .where('conversationId', '=', fromId)
    .returning(['mailboxId', 'gmailThreadId'])
    .execute();
  const events = await tx.sql
    .updateTable('conversationEvent')
    .set(move)
    .where('conversationId', '=', fromId)
    .returning('id')
    .execute();
  await tx.sql.updateTable('mention').set(move).where('conversationId', '=', fromId).execute();
  await tx.sql.updateTable('conversationMerge').set({ intoId }).where('intoId', '=', fromId).execute();
  const participants = await tx.sql
    .selectFrom('participant')
    .where('conversationId', '=', fromId)
    .select('address')
    .execute();
  const addresses = participants.map(({ address }) => address);
  await tx.sql
    .insertInto('conversationTag')
    .columns(['instanceId', 'conversationId', 'tagId'])
    .expression((eb) =>
      eb
        .selectFrom('conversationTag')
        .where('conversationId', '=', fromId)
        .select((one) => ['instanceId', one.val(intoId).$castTo<string>().as('conversationId'), 'tagId']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await moveDrafts(tx, fromId, intoId);
  return { messages, threads, events, participants: addresses };
}

/** A user has one draft of a kind in a conversation: a second one becomes the draft of a new message. */
async function moveDrafts(tx: InstanceTransaction, fromId: string, intoId: string): Promise<void> {
  const drafts = await tx.sql
    .selectFrom('draft')
    .where('conversationId', '=', fromId)
    .select(['id', 'userId', 'kind'])
    .execute();
  for (const { id, userId, kind } of drafts) {
    const existingDraft = await tx.sql
      .selectFrom('draft')
      .where('conversationId', '=', intoId)
      .where('userId', '=', userId)
      .where('kind', '=', kind)
      .select('id')
      .executeTakeFirst();
    const conversationId = existingDraft ? null : intoId;
    await tx.sql
      .updateTable('draft')
      .set({ conversationId, ...(existingDraft && { kind: 'new' as const }) })
      .where('id', '=', id)
      .execute();
    const data = { draftId: id, userId, ...(conversationId && { conversationId }) };
    recordEvent(tx, { type: 'draft.changed', data }, userId);
  }
}

const sameConversation = createProblem(400, 'same-conversation');
