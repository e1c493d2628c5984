import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { inTransaction } from '../database/retry-conflicts.ts';
import type { SecurityEventKind } from '../google/security-events.ts';
import { recordSignIn } from '../instances/account-audit.ts';
import { endSessions } from '../instances/end-sign-ins.ts';

/** A revocation of our own and Google's event about it may be this far apart, in milliseconds. */
const ownRevocationMs = 24 * 3_600_000;

/**
 * What Google's events end (developers.google.com/identity/protocols/risc): all sessions where somebody else may have
 * the account or the person lost it; those begun with Google where they took away this project's access.
 */
const ended: Partial<Record<SecurityEventKind, 'all' | 'begun-with-google'>> = {
  'sessions-revoked': 'all',
  'account-disabled': 'all',
  'account-credential-change-required': 'all',
  'tokens-revoked': 'begun-with-google',
};

/**
 * Ends the sessions of the person who has linked the Google account of a security event. Those begun after the event
 * stay. Returns how many people it concerned: none or one.
 */
export async function endSessionsOnEvent(
  deps: { deployment: Deployment; database: Database },
  {
    issuer,
    sub,
    kind,
    issuedAt,
  }: { issuer: string; sub: string; kind: SecurityEventKind | null; issuedAt: Date },
): Promise<number> {
  const which = kind && ended[kind];
  if (!which) return 0;
  const { sql } = deps.deployment;
  const found = await sql
    .selectFrom('signInIdentity')
    .innerJoin('users', 'users.id', 'signInIdentity.userId')
    .where('issuer', '=', issuer)
    .where('subject', '=', sub)
    .select(['users.id', 'users.name', 'users.email', 'signInIdentity.id as identityId', 'revokedByUsAt'])
    .executeTakeFirst();
  if (!found) return 0;
  // Deleting a mailbox revokes what its owner granted to the whole project, their sign-in too (docs/gmail.md, trap 8).
  const isOwn = Math.abs(issuedAt.getTime() - (found.revokedByUsAt?.getTime() ?? 0)) < ownRevocationMs;
  if (kind === 'tokens-revoked' && isOwn) return 0;
  const begunWith = which === 'all' ? {} : { begunWith: found.identityId };
  const count = await inTransaction(deps.deployment, (tx) =>
    endSessions(tx, found.id, { ...begunWith, begunBefore: issuedAt }),
  );
  if (count === 0) return 0;
  const { identityId, revokedByUsAt, ...user } = found;
  await recordSignIn(deps, user, { action: 'user.sessions-ended-by-google', ip: null, by: 'google' });
  return 1;
}
