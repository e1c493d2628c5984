import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { allowsModify } from '../google/scopes.ts';
import { createProblem, ProblemError, storedProblem } from '../problems.ts';
import { noSuchMailbox } from './connection-problems.ts';

/** Google has not given, or no longer gives, the permission to change labels. */
export const twoWayPermissionMissing = storedProblem('two-way-permission-missing');
const needsConsent = createProblem(409, 'two-way-needs-consent');

/**
 * Switches two-way sync (G2) of a mailbox on or off. On only if Google allows it already, else a ProblemError: the
 * admin signs in first (start-connection.ts). Off, what is not in Gmail yet never is.
 */
export async function setTwoWay(
  tx: InstanceTransaction,
  mailboxId: string,
  on: boolean,
  actor: Actor,
): Promise<void> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .leftJoin('mailboxGrant', 'mailboxGrant.mailboxId', 'mailbox.id')
    .where('mailbox.id', '=', mailboxId)
    .where('mailbox.deletedAt', 'is', null)
    .select(['mailbox.address', 'mailbox.twoWay', 'mailboxGrant.scope'])
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  if (on && !allowsModify(mailbox.scope ?? '')) throw new ProblemError(needsConsent);
  await tx.sql
    .updateTable('mailbox')
    .set({ twoWay: on, twoWayProblem: null })
    .where('id', '=', mailboxId)
    .execute();
  if (!on) await tx.sql.deleteFrom('gmailPlace').where('mailboxId', '=', mailboxId).execute();
  if (on !== mailbox.twoWay) {
    await audit(tx, actor, {
      action: on ? 'mailbox.two-way-on' : 'mailbox.two-way-off',
      subject: mailbox.address,
    });
  }
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
}

/**
 * Two-way sync stops, with the reason, because Google does not allow it: the mailbox stays connected. What is wanted
 * waits until an admin allows it again. Does nothing where it is off or has stopped already.
 */
export async function stopTwoWay(tx: InstanceTransaction, mailboxId: string): Promise<void> {
  const stopped = await tx.sql
    .updateTable('mailbox')
    .set({ twoWayProblem: JSON.stringify(twoWayPermissionMissing) })
    .where('id', '=', mailboxId)
    .where('twoWay', '=', true)
    .where('twoWayProblem', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (stopped) recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
}

/** After a reconnection (C12): two-way sync that was on goes on if the new tokens allow it. */
export async function checkTwoWay(tx: InstanceTransaction, mailboxId: string, scope: string): Promise<void> {
  if (!allowsModify(scope)) return stopTwoWay(tx, mailboxId);
  await tx.sql.updateTable('mailbox').set({ twoWayProblem: null }).where('id', '=', mailboxId).execute();
}
