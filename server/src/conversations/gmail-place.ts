import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { createProblem, ProblemError } from '../problems.ts';

const spamNeedsTwoWay = createProblem(409, 'spam-needs-two-way');

/**
 * Wants the messages that customers wrote in this conversation moved to spam, in each of its mailboxes with two-way
 * sync (G2). Throws a ProblemError if there is none.
 */
export async function wantSpam(tx: InstanceTransaction, conversationId: string): Promise<void> {
  const { rows } = await sql`
    insert into gmail_place (instance_id, conversation_id, mailbox_id, wanted_place, wanted_at, due_at)
    select distinct ${tx.instanceId}::uuid, ${conversationId}::uuid, mailbox.id, 'spam', now(), now()
    from message
    join gmail_message copy on copy.instance_id = message.instance_id and copy.message_id = message.id
    join mailbox on mailbox.instance_id = copy.instance_id and mailbox.id = copy.mailbox_id
    where message.conversation_id = ${conversationId} and message.direction = 'inbound'
      and mailbox.two_way and mailbox.deleted_at is null
    on conflict (instance_id, conversation_id, mailbox_id) do update set
      wanted_place = excluded.wanted_place, wanted_at = now(), due_at = now(), attempts = 0,
      version = gmail_place.version + 1
    returning mailbox_id`.execute(tx.sql);
  if (rows.length === 0) throw new ProblemError(spamNeedsTwoWay);
}

/** Whether a mailbox with two-way sync received messages of this conversation. */
export const spamInGmail = prepared(
  (_, { conversationId }: { conversationId: string }) => sql<{ can: boolean }>`
    select exists (
      select from mailbox where mailbox.two_way and mailbox.two_way_problem is null and exists (
        select from message
        join gmail_message copy on copy.instance_id = message.instance_id and copy.message_id = message.id
        where message.conversation_id = ${conversationId}
          and message.direction = 'inbound' and copy.mailbox_id = mailbox.id)) as can`,
);
