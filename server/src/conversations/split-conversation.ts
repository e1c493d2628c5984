import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { recordConversationEvent } from './conversation-events.ts';
import { refreshSummary } from './conversation-summary.ts';
import { createConversations } from './create-conversations.ts';
import { lockConversation } from './lock-conversation.ts';
import { refreshOtherMailboxes } from './other-mailboxes.ts';

/**
 * Moves a message and all later ones of its conversation to a new conversation of the same customer, with
 * the Gmail threads whose newest message is among them. Merging the two undoes it. Returns the id of the
 * new conversation. Throws a ProblemError for the first message.
 */
export async function splitConversation(
  tx: InstanceTransaction,
  {
    conversationId,
    messageId,
    actorId,
    now,
  }: { conversationId: string; messageId: string; actorId: string; now: Date },
): Promise<{ conversationId: string }> {
  const old = await lockConversation(tx, conversationId);
  const all = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .select('id')
    .orderBy('sentAt')
    .orderBy('id')
    .execute();
  const at = all.findIndex(({ id }) => id === messageId);
  if (at < 1) throw new ProblemError(nothingToSplit);
  const moved = all.slice(at).map(({ id }) => id);
  const id = uuid();
  const { customerId, mailboxId, assigneeId } = old;
  await createConversations(tx, [{ id, customerId, mailboxId, assigneeId, subject: '', lastMessageAt: now }]);
  await tx.sql.updateTable('message').set({ conversationId: id }).where('id', 'in', moved).execute();
  await tx.sql.updateTable('mention').set({ conversationId: id }).where('messageId', 'in', moved).execute();
  await moveGmailThreads(tx, conversationId, id);
  await refreshOtherMailboxes(tx, [conversationId, id]);
  await addParticipantsOfMessages(tx, id);
  await refreshSummary(tx, id);
  await refreshSummary(tx, conversationId);
  for (const [one, otherId] of [
    [conversationId, id],
    [id, conversationId],
  ] as const) {
    await recordConversationEvent(tx, { conversationId: one, kind: 'split', actorId, otherId, at: now });
  }
  for (const changedId of [id, conversationId])
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId: changedId } }, actorId);
  return { conversationId: id };
}

/** A Gmail thread belongs to the conversation that its newest message is in. */
async function moveGmailThreads(tx: InstanceTransaction, fromId: string, toId: string): Promise<void> {
  await sql`update gmail_thread t set conversation_id = ${toId}
    where t.conversation_id = ${fromId} and ${toId} = (
      select m.conversation_id from gmail_message g
      join message m on m.instance_id = g.instance_id and m.id = g.message_id
      where g.instance_id = t.instance_id and g.mailbox_id = t.mailbox_id and g.gmail_thread_id = t.gmail_thread_id
        and m.conversation_id in (${toId}, ${fromId})
      order by g.internal_date desc limit 1)`.execute(tx.sql);
}

/** Everybody who wrote or received one of its messages takes part, but for senders not confirmed yet. */
async function addParticipantsOfMessages(tx: InstanceTransaction, conversationId: string): Promise<void> {
  await sql`insert into participant (instance_id, conversation_id, address)
    select distinct m.instance_id, m.conversation_id, lower(a.address)
    from message m cross join lateral (
      select m.from_address as address
      union all
      select m.writer_address
      union all
      select each ->> 'address' from jsonb_each(m.recipients) field cross join jsonb_array_elements(field.value) each
      where field.key in ('to', 'cc', 'bcc')
    ) a
    where m.conversation_id = ${conversationId} and m.direction <> 'note' and not m.from_new_participant and a.address <> ''
    on conflict do nothing`.execute(tx.sql);
}

const nothingToSplit = createProblem(409, 'nothing-to-split');
