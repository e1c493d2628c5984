import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { ProblemError } from '../problems.ts';
import { noSuchConversation } from './change-conversation.ts';

/** Locks a conversation until the transaction ends. Throws a ProblemError if it does not exist. */
export async function lockConversation(tx: InstanceTransaction, id: string) {
  const row = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', id)
    .select([
      'id',
      'customerId',
      'mailboxId',
      'assigneeId',
      'status',
      'createdAt',
      'lastInboundAt',
      'quietFor',
    ])
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new ProblemError(noSuchConversation);
  return row;
}

/** Locks two conversations, in the order of their ids: two transactions that do so cannot deadlock. */
export async function lockTwoConversations(tx: InstanceTransaction, fromId: string, intoId: string) {
  const first = await lockConversation(tx, fromId < intoId ? fromId : intoId);
  const second = await lockConversation(tx, fromId < intoId ? intoId : fromId);
  return first.id === fromId ? ([first, second] as const) : ([second, first] as const);
}
