import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Tokens } from '../google/oauth.ts';
import type { Sealer } from '../google/seal.ts';
import { storeGrant } from './store-grant.ts';
import { setTwoWay } from './two-way.ts';

/**
 * Ends a sign-in that asked for the permission of two-way sync (G2): the mailbox gets the new tokens, and two-way sync
 * is on. The former refresh token is not revoked, because that would end the new one too (docs/gmail.md, trap 8).
 * Returns the mailbox's id.
 */
export async function allowTwoWay(
  tx: InstanceTransaction,
  sealer: Sealer,
  connectionId: string,
  tokens: Tokens,
  now: Date,
): Promise<string> {
  const { mailboxId, userId } = await tx.sql
    .updateTable('connection')
    .set({ state: 'saved', tokens: null })
    .where('id', '=', connectionId)
    .returning(['mailboxId', 'userId'])
    .executeTakeFirstOrThrow();
  if (!mailboxId) throw new Error('A sign-in for two-way sync without a mailbox');
  const { name } = await tx.sql
    .selectFrom('users')
    .where('id', '=', userId)
    .select('name')
    .executeTakeFirstOrThrow();
  await storeGrant(tx, sealer, mailboxId, tokens, now);
  await setTwoWay(tx, mailboxId, true, { id: userId, name, ipAddress: null });
  return mailboxId;
}
