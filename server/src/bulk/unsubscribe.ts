import type { Deployment } from '../database/connect.ts';

/** The path of the link by which one customer unsubscribes. */
export function unsubscribePath(token: string): string {
  return `/unsubscribe/${token}`;
}

/** Whom a token names, whatever instance he is a customer of; null for an unknown one. */
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

/** Sends this customer no more bulk messages of his instance. Answers false for an unknown token. */
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
