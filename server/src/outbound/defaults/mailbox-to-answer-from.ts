import { sql } from 'kysely';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';

/**
 * The mailbox that answers in a conversation are sent from: `addressed`, and where that was deleted (C10), another of the
 * conversation. Of a conversation without another it stays: the agent chooses, because the customer knows no other.
 */
export async function mailboxToAnswerFrom(
  tx: InstanceTransaction,
  addressed: string,
  conversation: { mailboxId: string; otherMailboxIds: string[] },
): Promise<string> {
  const candidates = [addressed, conversation.mailboxId, ...conversation.otherMailboxIds];
  const found = await tx.sql
    .selectFrom('mailbox')
    .where('id', 'in', candidates)
    .where('deletedAt', 'is', null)
    .select('id')
    .orderBy(sql`array_position(${candidates}::uuid[], id)`)
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? addressed;
}
