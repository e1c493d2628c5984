import { type Actor, audit } from '../audit/record-audit-entry.ts';
import { recordEvent } from '../events/record-event.ts';
import { revoke } from '../google/oauth.ts';
import { stopWatch } from '../google/watch.ts';
import { noteOwnRevocation } from '../identities/identities.ts';
import { ProblemError } from '../problems.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { noSuchMailbox } from './connection-problems.ts';
import { grantPurpose } from './gmail-access.ts';
import { isAccountUsedElsewhere, withAccountLock } from './google-accounts.ts';
import { cancelImports } from './imports.ts';
import type { MailboxRef } from './mailbox-ref.ts';
import { untroubled } from './trouble.ts';

/**
 * Deletes a mailbox (C10): it stops receiving and sending at once; then the watch is stopped, the access
 * revoked at Google and the tokens deleted. Conversations and messages stay.
 */
export async function deleteMailbox(
  deps: ConnectionDeps,
  mailboxRef: MailboxRef,
  actor: Actor,
  now: Date,
): Promise<void> {
  await deps.database.inInstance(mailboxRef.instanceId, async (tx) => {
    const deleted = await tx.sql
      .updateTable('mailbox')
      .set({
        deletedAt: now,
        disconnectedAt: null,
        disconnectedCode: null,
        twoWay: false,
        twoWayProblem: null,
        ...untroubled,
      })
      .where('id', '=', mailboxRef.mailboxId)
      .where('deletedAt', 'is', null)
      .returning('address')
      .executeTakeFirst();
    if (!deleted) throw new ProblemError(noSuchMailbox);
    await tx.sql.deleteFrom('unfetchedMessage').where('mailboxId', '=', mailboxRef.mailboxId).execute();
    await cancelImports(tx, mailboxRef.mailboxId, now);
    await tx.sql.deleteFrom('gmailPlace').where('mailboxId', '=', mailboxRef.mailboxId).execute();
    await audit(tx, actor, { action: 'mailbox.deleted', subject: deleted.address });
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId: mailboxRef.mailboxId } }, actor.id);
  });
  await revokeGrant(deps, mailboxRef);
}

/**
 * Revokes the access of a deleted mailbox at Google and deletes its tokens. Returns false if Google did not
 * answer: the tokens are kept, and the next sweep tries again.
 */
export async function revokeGrant(deps: ConnectionDeps, mailboxRef: MailboxRef): Promise<boolean> {
  const { database, sealer } = deps;
  const loadGrant = () =>
    database.inInstance(mailboxRef.instanceId, (tx) =>
      tx.sql
        .selectFrom('mailboxGrant')
        .innerJoin('mailbox', 'mailbox.id', 'mailboxGrant.mailboxId')
        .where('mailbox.id', '=', mailboxRef.mailboxId)
        .where('mailbox.deletedAt', 'is not', null)
        .select(['mailboxGrant.refreshToken', 'mailbox.googleSub'])
        .executeTakeFirst(),
    );
  const existing = await loadGrant();
  if (!existing) return true;
  return withAccountLock(deps.locks, existing.googleSub, async () => {
    // Reconnected while this waited: the access is needed.
    const grant = await loadGrant();
    if (!grant) return true;
    const refreshToken = await sealer.open(grant.refreshToken, grantPurpose(mailboxRef.mailboxId));
    if (refreshToken && !(await isAccountUsedElsewhere(deps.deployment, grant.googleSub, mailboxRef))) {
      // The result does not matter: revoking ends the notifications too.
      await stopWatch(deps.gmail(mailboxRef, { priority: 'live' }));
      // The same person may sign in with this account: Google takes that grant away too, and reports it.
      const account = { issuer: deps.google.addresses.issuer, subject: grant.googleSub };
      await noteOwnRevocation(deps.deployment, account);
      const answer = await revoke(deps.google, refreshToken);
      if (answer.kind !== 'ok') return false;
    }
    await database.inInstance(mailboxRef.instanceId, (tx) =>
      tx.sql.deleteFrom('mailboxGrant').where('mailboxId', '=', mailboxRef.mailboxId).execute(),
    );
    return true;
  });
}
