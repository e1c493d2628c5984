import { type ConversationRow, pageOf, toPage } from '../conversations/list-conversations.ts';
import type { ConversationStatus } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/**
 * A page of a customer's conversations, of one status if it is given, newest first; none for an unknown customer.
 * `after`: the `next` of the page before; `unread` of the rows is that of the user.
 */
export async function customerConversations(
  tx: InstanceTransaction,
  query: {
    customerId: string;
    userId: string;
    status?: ConversationStatus | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<{ conversations: ConversationRow[]; next: string | null }> {
  const { customerId, status } = query;
  const all = tx.sql
    .selectFrom('conversation')
    .where('conversation.customerId', '=', customerId)
    .select(['conversation.id', 'conversation.lastMessageAt']);
  const ofCustomer = status ? all.where('conversation.status', '=', status) : all;
  return toPage(tx, query.userId, await pageOf(ofCustomer, query).execute(), query.limit);
}
