import { unsubscribePath } from '../bulk/unsubscribe.ts';
import type { InstanceTransaction } from '../database/bind.ts';

/**
 * The headers by which a customer unsubscribes with one click (RFC 2369, RFC 8058); none where the
 * message is not a bulk message's. `url` is where people open Postroom.
 */
export async function unsubscribeHeaders(
  tx: InstanceTransaction,
  messageId: string,
  url: string,
): Promise<Record<string, string>> {
  const row = await tx.sql
    .selectFrom('bulkRecipient')
    .where('messageId', '=', messageId)
    .select('token')
    .executeTakeFirst();
  if (!row) return {};
  return {
    'List-Unsubscribe': `<${url}${unsubscribePath(row.token)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}
