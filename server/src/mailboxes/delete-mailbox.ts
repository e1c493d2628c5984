import { type Actor, audit } from '../audit/record.ts';
import { Refused } from '../errors.ts';
import { record } from '../events/record.ts';
import { revoke } from '../google/oauth.ts';
import { stopWatch } from '../google/watch.ts';
import type { ConnectingNeeds } from './connection-deps.ts';
import { noSuchMailbox } from './connection-problems.ts';
import { grantPurpose } from './gmail-access.ts';
import { aloneWithAccount, usedElsewhere } from './google-accounts.ts';

/**
 * Deletes an address (C10): it stops receiving and sending at once; then the watch is stopped, the
 * access revoked at Google and the tokens forgotten. Conversations and messages stay.
 */
export async function deleteMailbox(
  needs: ConnectingNeeds,
  at: { instanceId: string; mailboxId: string },
  actor: Actor,
  now: Date,
): Promise<void> {
  await needs.database.inInstance(at.instanceId, async (tx) => {
    const deleted = await tx.sql
      .updateTable('mailbox')
      .set({ deletedAt: now, disconnectedAt: null, disconnectedCode: null })
      .where('id', '=', at.mailboxId)
      .where('deletedAt', 'is', null)
      .returning('address')
      .executeTakeFirst();
    if (!deleted) throw new Refused(noSuchMailbox);
    await audit(tx, actor, { action: 'mailbox.deleted', subject: deleted.address });
    record(tx, { type: 'mailbox.changed', data: { mailboxId: at.mailboxId } }, actor.id);
  });
  await giveUpGrant(needs, at);
}

/**
 * Gives the access of a deleted mailbox back to Google and forgets it. Answers false where Google did
 * not answer: the tokens are kept for the sweep to try again.
 */
export async function giveUpGrant(
  needs: ConnectingNeeds,
  at: { instanceId: string; mailboxId: string },
): Promise<boolean> {
  const { database, sealer } = needs;
  const read = () =>
    database.inInstance(at.instanceId, (tx) =>
      tx.sql
        .selectFrom('mailboxGrant')
        .innerJoin('mailbox', 'mailbox.id', 'mailboxGrant.mailboxId')
        .where('mailbox.id', '=', at.mailboxId)
        .where('mailbox.deletedAt', 'is not', null)
        .select(['mailboxGrant.refreshToken', 'mailbox.googleSub'])
        .executeTakeFirst(),
    );
  const known = await read();
  if (!known) return true;
  return aloneWithAccount(needs.locks, known.googleSub, async () => {
    // Connected again while this waited: then the access is wanted.
    const grant = await read();
    if (!grant) return true;
    const refreshToken = await sealer.open(grant.refreshToken, grantPurpose(at.mailboxId));
    if (refreshToken && !(await usedElsewhere(needs.deployment, grant.googleSub, at))) {
      // Whatever it answers: revoking ends the notifications too.
      await stopWatch(needs.gmail(at, { priority: 'live' }));
      const answer = await revoke(needs.google, refreshToken);
      if (answer.kind !== 'ok') return false;
    }
    await database.inInstance(at.instanceId, (tx) =>
      tx.sql.deleteFrom('mailboxGrant').where('mailboxId', '=', at.mailboxId).execute(),
    );
    return true;
  });
}
