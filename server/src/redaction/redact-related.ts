import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordDraftChanged } from '../drafts/save-draft.ts';
import { type Finder, redactHtml, redactJson, redactText } from '../mail/redaction/redact-text.ts';
import { redactFiles } from './redact-files.ts';

/**
 * Redacts all matches in data related to messages: the subject and the drafts of the conversation, delivery
 * reports about and by these messages, and the results of completeness checks.
 */
export async function redactRelated(
  tx: InstanceTransaction,
  at: { conversationId: string; messageIds: string[]; subject: string },
  find: Finder,
): Promise<void> {
  const { conversationId, messageIds } = at;
  const subject = redactText(at.subject, find);
  if (subject !== at.subject) {
    await tx.sql.updateTable('conversation').set({ subject }).where('id', '=', conversationId).execute();
  }
  await redactDrafts(tx, at, find);
  if (messageIds.length === 0) return;
  await redactReports(tx, messageIds, find);
  await redactChecks(tx, find);
}

async function redactDrafts(
  tx: InstanceTransaction,
  { conversationId, messageIds }: { conversationId: string; messageIds: string[] },
  find: Finder,
): Promise<void> {
  const drafts = await tx.sql
    .selectFrom('draft')
    .where((eb) =>
      eb.or([
        eb('conversationId', '=', conversationId),
        ...(messageIds.length > 0 ? [eb('forwardedId', 'in', messageIds)] : []),
      ]),
    )
    .select(['id', 'userId', 'conversationId', 'html', 'subject', 'version'])
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const draft of drafts) {
    const subject = redactText(draft.subject, find);
    const html = redactHtml(draft.html, find).html ?? '';
    const files = await redactFiles(tx, { draftId: draft.id }, find);
    if (subject === draft.subject && html === draft.html && files === 0) continue;
    // The new version makes a page that still has the old text load it again instead of saving it.
    await tx.sql
      .updateTable('draft')
      .set({ subject, html, version: draft.version + 1 })
      .where('id', '=', draft.id)
      .execute();
    recordDraftChanged(tx, { draftId: draft.id, userId: draft.userId, conversationId: draft.conversationId });
  }
}

async function redactReports(tx: InstanceTransaction, messageIds: string[], find: Finder): Promise<void> {
  const reports = await tx.sql
    .selectFrom('deliveryReport')
    .where((eb) => eb.or([eb('messageId', 'in', messageIds), eb('reportMessageId', 'in', messageIds)]))
    .select(['id', 'diagnostic'])
    .execute();
  for (const { id, diagnostic } of reports) {
    const clean = redactText(diagnostic, find);
    if (clean === diagnostic) continue;
    await tx.sql.updateTable('deliveryReport').set({ diagnostic: clean }).where('id', '=', id).execute();
  }
  const waiting = await tx.sql
    .selectFrom('unmatchedReport')
    .where('reportMessageId', 'in', messageIds)
    .select(['rfcMessageId', 'reportMessageId', 'report'])
    .execute();
  for (const { rfcMessageId, reportMessageId, report } of waiting) {
    await tx.sql
      .updateTable('unmatchedReport')
      .set({ report: JSON.stringify(redactJson(report, find)) })
      .where('rfcMessageId', '=', rfcMessageId)
      .where('reportMessageId', '=', reportMessageId)
      .execute();
  }
}

async function redactChecks(tx: InstanceTransaction, find: Finder): Promise<void> {
  const unreadable = await tx.sql
    .selectFrom('unfetchedMessage')
    .where('subject', 'is not', null)
    .select(['mailboxId', 'gmailId', 'subject'])
    .execute();
  for (const { mailboxId, gmailId, subject } of unreadable) {
    const clean = redactText(subject!, find);
    if (clean === subject) continue;
    await tx.sql
      .updateTable('unfetchedMessage')
      .set({ subject: clean })
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', '=', gmailId)
      .execute();
  }
  const checks = await tx.sql.selectFrom('mailboxCheck').select(['mailboxId', 'missing']).execute();
  for (const { mailboxId, missing } of checks) {
    const clean = missing.map((one) => ({ ...one, subject: redactText(one.subject, find) }));
    if (JSON.stringify(clean) === JSON.stringify(missing)) continue;
    await tx.sql
      .updateTable('mailboxCheck')
      .set({ missing: JSON.stringify(clean) })
      .where('mailboxId', '=', mailboxId)
      .execute();
  }
}
