import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';

type Conversation = ExpressionBuilder<Schema, 'conversation'>;

/**
 * Records in which mailboxes, besides the one they are answered from, these conversations have a Gmail thread:
 * they are listed there as well (R12). Called after their threads changed.
 */
export async function refreshOtherMailboxes(
  tx: InstanceTransaction,
  conversationIds: string[],
): Promise<void> {
  await updateOtherMailboxes(tx, { ids: conversationIds });
}

/** The statement of `refreshOtherMailboxes`. */
export const updateOtherMailboxes = prepared(
  (_, { ids }: { ids: string[] }) => sql`
    update conversation set other_mailbox_ids = now.mailbox_ids
    from (
      select one.id, array(
        select distinct thread.mailbox_id from gmail_thread thread
        where thread.conversation_id = one.id and thread.mailbox_id <> one.mailbox_id
        order by thread.mailbox_id
      ) as mailbox_ids
      from conversation one where one.id = any(${ids}::uuid[])
    ) now
    where conversation.id = now.id and conversation.other_mailbox_ids <> now.mailbox_ids`,
);

/** Whether a conversation that is answered from another mailbox is listed in this one too; uses a partial index. */
export function isInOtherMailbox(eb: Conversation, mailboxId: string | RawBuilder<unknown>) {
  return eb.and([
    sql<boolean>`conversation.other_mailbox_ids <> '{}'`,
    sql<boolean>`conversation.other_mailbox_ids @> array[${mailboxId}::uuid]`,
  ]);
}

/** Whether a conversation is listed in one of these mailboxes. */
export function isInMailboxes(eb: Conversation, mailboxIds: string[]) {
  return eb.or([
    eb('conversation.mailboxId', 'in', mailboxIds),
    sql<boolean>`conversation.other_mailbox_ids && ${mailboxIds}::uuid[]`,
  ]);
}
