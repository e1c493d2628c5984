import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Tokens } from '../google/oauth.ts';
import type { Sealer } from '../google/seal.ts';
import { tokenIdentifierHashes } from '../google/security-events.ts';
import { grantPurpose } from './gmail-access.ts';

/** Stores the tokens of a mailbox, sealed, in place of those it had. */
export async function storeGrant(
  tx: InstanceTransaction,
  sealer: Sealer,
  mailboxId: string,
  tokens: Tokens,
  now: Date,
): Promise<void> {
  const grant = {
    refreshToken: await sealer.seal(tokens.refreshToken, grantPurpose(mailboxId)),
    accessToken: await sealer.seal(tokens.accessToken, grantPurpose(mailboxId)),
    accessTokenExpiresAt: tokens.accessTokenExpiresAt,
    scope: tokens.scope,
    grantedAt: now,
    refreshedAt: null,
    tokenIdentifierHashes: tokenIdentifierHashes(tokens.refreshToken),
  };
  await tx.sql
    .insertInto('mailboxGrant')
    .values({ instanceId: tx.instanceId, mailboxId, ...grant })
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId']).doUpdateSet(grant))
    .execute();
}
