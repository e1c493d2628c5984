import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Threading } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { noSuchMailbox, noSuchTemplate } from './connection-problems.ts';

/** The settings of a mailbox (C7). `templateId` null is the blank template. */
export type MailboxSettings = {
  displayName: string;
  templateId: string | null;
  dynamicAliasName: boolean;
  threading: Threading;
};

/** Changes settings of a mailbox. Throws a problem if the mailbox or the template does not exist. */
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
  // From now on it matters which agents' addresses Gmail accepts.
  const sendAsDue = after.dynamicAliasName && !before.dynamicAliasName && { sendAsDueAt: new Date() };
  await tx.sql
    .updateTable('mailbox')
    .set({ ...after, ...sendAsDue })
    .where('id', '=', mailboxId)
    .execute();
  await audit(tx, actor, { action: 'mailbox.settings-changed', subject: address, before, after });
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
}

/** The problem of a template that cannot be chosen; null if it can. */
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
