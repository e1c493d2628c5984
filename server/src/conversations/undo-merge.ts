import { type Selectable, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { recordConversationEvent } from './conversation-events.ts';
import { refreshSummary } from './conversation-summary.ts';
import { createConversations } from './create-conversations.ts';
import { lockConversation } from './lock-conversation.ts';
import { refreshOtherMailboxes } from './other-mailboxes.ts';
import { addParticipants } from './participants.ts';

/**
 * Undoes a merge: creates the former conversation again with its messages and those received since in its
 * Gmail threads. Drafts stay in the conversation they are in. Returns the id of the former conversation.
 * Throws a ProblemError if the merge does not exist.
 */
export async function unmergeConversation(
  tx: InstanceTransaction,
  {
    conversationId,
    mergeId,
    actorId,
    now,
  }: { conversationId: string; mergeId: string; actorId: string; now: Date },
): Promise<{ conversationId: string }> {
  const into = await lockConversation(tx, conversationId);
  const merge = await tx.sql
    .deleteFrom('conversationMerge')
    .where('id', '=', mergeId)
    .where('intoId', '=', conversationId)
    .returningAll()
    .executeTakeFirst();
  if (!merge) throw new ProblemError(noSuchMerge);
  const { formerId, customerId, mailboxId, assigneeId, createdAt, participants } = merge;
  const customer = await tx.sql
    .selectFrom('customer')
    .where('id', '=', customerId)
    .select('id')
    .executeTakeFirst();
  const formerStatus = merge.status === 'snoozed' ? ('open' as const) : merge.status;
  // The customer may have been merged or deleted since.
  const formerCustomerId = customer ? customerId : into.customerId;
  await createConversations(tx, [
    {
      id: formerId,
      customerId: formerCustomerId,
      mailboxId,
      assigneeId,
      subject: '',
      status: formerStatus,
      ...(merge.status === 'done' && { doneAt: now }),
      createdAt,
      lastMessageAt: createdAt,
    },
  ]);
  await moveBack(tx, conversationId, merge);
  await refreshOtherMailboxes(tx, [conversationId, formerId]);
  await addParticipants(tx, formerId, participants);
  await refreshSummary(tx, formerId);
  await refreshSummary(tx, conversationId);
  await recordConversationEvent(tx, { conversationId, kind: 'unmerged', actorId, otherId: mergeId, at: now });
  for (const id of [formerId, conversationId])
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId: id } }, actorId);
  return { conversationId: formerId };
}

type Merge = Selectable<Schema['conversationMerge']>;

async function moveBack(tx: InstanceTransaction, conversationId: string, merge: Merge): Promise<void> {
  const { formerId } = merge;
  const formerConversation = { conversationId: formerId };
  for (const { mailboxId, gmailThreadId } of merge.threads) {
    await tx.sql
      .updateTable('gmailThread')
      .set(formerConversation)
      .where('conversationId', '=', conversationId)
      .where('mailboxId', '=', mailboxId)
      .where('gmailThreadId', '=', gmailThreadId)
      .execute();
  }
  await sql`update message set conversation_id = ${formerId}
    where conversation_id = ${conversationId} and (id = any(${merge.messageIds}::uuid[]) or id in (
      select g.message_id from gmail_message g
      join gmail_thread t on t.instance_id = g.instance_id and t.mailbox_id = g.mailbox_id
        and t.gmail_thread_id = g.gmail_thread_id
      where t.conversation_id = ${formerId}))`.execute(tx.sql);
  await sql`update mention set conversation_id = ${formerId} where conversation_id = ${conversationId}
    and message_id in (select id from message where conversation_id = ${formerId})`.execute(tx.sql);
  if (merge.eventIds.length > 0) {
    await tx.sql
      .updateTable('conversationEvent')
      .set(formerConversation)
      .where('id', 'in', merge.eventIds)
      .where('conversationId', '=', conversationId)
      .execute();
  }
}

const noSuchMerge = createProblem(404, 'no-such-conversation-merge');
