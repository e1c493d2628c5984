import { revoke } from '../google/oauth.ts';
import { noteOwnRevocation } from '../identities/identities.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { openTokens } from './connection-secrets.ts';
import { isAccountUsedElsewhere, withAccountLock } from './google-accounts.ts';

/**
 * Revokes the access of a connection that ended without being saved, and deletes its tokens. Revoking drops
 * every grant of the account in the whole Google project (docs/gmail.md, trap 8): if the account is connected
 * or authorised elsewhere in the deployment, the tokens are only deleted. Returns false if Google did not
 * answer: the tokens are kept, and the next sweep tries again.
 */
export async function revokeAbandoned(
  deps: ConnectionDeps,
  { instanceId, connectionId }: { instanceId: string; connectionId: string },
): Promise<boolean> {
  const abandoned = await deps.database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('connection')
      .where('id', '=', connectionId)
      .where('tokens', 'is not', null)
      .where('state', 'in', ['refused', 'cancelled', 'expired'])
      .select(['tokens', 'googleSub'])
      .executeTakeFirst(),
  );
  if (!abandoned?.tokens || !abandoned.googleSub) return true;
  const { googleSub } = abandoned;
  const tokens = await openTokens(deps.sealer, connectionId, abandoned.tokens);
  return withAccountLock(deps.locks, googleSub, async () => {
    if (tokens && !(await isAccountUsedElsewhere(deps.deployment, googleSub, { connectionId }))) {
      const account = { issuer: deps.google.addresses.issuer, subject: googleSub };
      await noteOwnRevocation(deps.deployment, account);
      const answer = await revoke(deps.google, tokens.refreshToken);
      if (answer.kind !== 'ok') return false;
    }
    await deps.database.inInstance(instanceId, (tx) =>
      tx.sql.updateTable('connection').set({ tokens: null }).where('id', '=', connectionId).execute(),
    );
    return true;
  });
}
