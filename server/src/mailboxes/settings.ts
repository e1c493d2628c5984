import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Threading } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { noSuchMailbox, noSuchTemplate } from './connection-problems.ts';

/** What an admin sets of a mailbox (C7). `templateId` null is the blank template. */
export type MailboxSettings = {
  displayName: string;
  templateId: string | null;
  dynamicAliasName: boolean;
  threading: Threading;
};

/** Changes some settings of a mailbox; throws a Refused where there is no such mailbox or template. */
export async function changeSettings(
  tx: InstanceTransaction,
  mailboxId: string,
  changes: Partial<MailboxSettings>,
  actor: Actor,
): Promise<void> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['address', 'displayName', 'templateId', 'dynamicAliasName', 'threading'])
    .forUpdate()
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  const { address, ...before } = mailbox;
  const after = { ...before, ...changes };
  const problem = await templateProblem(tx, after.templateId);
  if (problem) throw new ProblemError(problem);
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  // Whose own address Gmail accepts matters from now on.
  const sendAsDue = after.dynamicAliasName && !before.dynamicAliasName && { sendAsDueAt: new Date() };
  await tx.sql
    .updateTable('mailbox')
    .set({ ...after, ...sendAsDue })
    .where('id', '=', mailboxId)
    .execute();
  await audit(tx, actor, { action: 'mailbox.settings-changed', subject: address, before, after });
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
}

/** Why a template cannot be chosen; null where it can. */
export async function templateProblem(
  tx: InstanceTransaction,
  templateId: string | null,
): Promise<Problem | null> {
  if (templateId === null) return null;
  const template = await tx.sql
    .selectFrom('template')
    .where('id', '=', templateId)
    .select('id')
    .executeTakeFirst();
  return template ? null : noSuchTemplate;
}
