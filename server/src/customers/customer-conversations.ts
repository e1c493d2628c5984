import { type ConversationRow, pageOf, toPage } from '../conversations/list-conversations.ts';
import type { ConversationStatus } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/**
 * A page of a customer's conversations with one status, newest first; none for an unknown customer. `after`: the
 * `next` of the page before; `unread` of the rows is that of the user.
 */
export async function customerConversations(
  tx: InstanceTransaction,
  query: {
    customerId: string;
    userId: string;
    status: ConversationStatus;
    after?: string | undefined;
    limit: number;
  },
): Promise<{ conversations: ConversationRow[]; next: string | null }> {
  const ofCustomer = tx.sql
    .selectFrom('conversation')
    .where('conversation.customerId', '=', query.customerId)
    .where('conversation.status', '=', query.status)
    .select(['conversation.id', 'conversation.lastMessageAt']);
  return toPage(tx, query.userId, await pageOf(ofCustomer, query).execute(), query.limit);
}
