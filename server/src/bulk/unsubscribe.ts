import type { Deployment } from '../database/connect.ts';

/** The path of the link with which one customer unsubscribes. */
export function unsubscribePath(token: string): string {
  return `/unsubscribe/${token}`;
}

/**
 * The headers with which a customer unsubscribes from bulk messages with one click (RFC 2369, RFC 8058).
 * `url` is the public URL of Postroom.
 */
export function unsubscribeHeaders(token: string, url: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${url}${unsubscribePath(token)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** The customer of a token, in any instance; null if the token is unknown. */
export async function recipientOfToken(
  deployment: Deployment,
  token: string,
): Promise<{ instanceId: string; address: string } | null> {
  const row = await deployment.sql
    .selectFrom('bulkRecipient')
    .where('token', '=', token)
    .select(['instanceId', 'address'])
    .executeTakeFirst();
  return row ?? null;
}

/** Sends this customer no more bulk messages of the instance. Returns false if the token is unknown. */
export async function unsubscribe(deployment: Deployment, token: string): Promise<boolean> {
  const recipient = await recipientOfToken(deployment, token);
  if (!recipient) return false;
  await deployment.sql
    .insertInto('unsubscribed')
    .values(recipient)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return true;
}
