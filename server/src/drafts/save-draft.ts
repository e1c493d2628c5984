import { assertConversation } from '../conversations/change-conversation.ts';
import type { DraftKind, DraftRecipients, Quoting } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { deleteUnusedBlobs } from './blobs.ts';
import { cardNumberFilter } from './card-number-filter.ts';
import { noSuchDraft } from './draft-views.ts';

export type DraftContent = DraftRecipients & {
  kind: DraftKind;
  /** null for a new message. */
  conversationId: string | null;
  mailboxId: string | null;
  /** The alias of the mailbox it is sent from; null: its own address. Left out: as saved before. */
  alias?: string | null;
  subject: string;
  html: string;
  quoting?: Quoting;
};

/** While somebody writes, the others are notified this often, in milliseconds. */
const announceIntervalMs = 20_000;

/**
 * Saves what a user writes. `version` is the one the page has, 0 before the first save. If another window
 * has saved since, or has another draft of this kind in the conversation, it throws a ProblemError and
 * changes nothing. Returns how many payment card numbers were removed (card-number-filter.ts).
 */
export async function saveDraft(
  tx: InstanceTransaction,
  {
    id,
    userId,
    version,
    content,
    now,
  }: { id: string; userId: string; version: number; content: DraftContent; now: Date },
): Promise<{ cards: number }> {
  const { kind, conversationId, mailboxId, to, cc, bcc } = content;
  const filterCardNumbers = await cardNumberFilter(tx);
  const { subject, html, cards } = filterCardNumbers({
    subject: content.subject,
    html: cleanHtml(content.html),
  });
  const storedMailboxId = mailboxId && (await isMailbox(tx, mailboxId)) ? mailboxId : null;
  const values = {
    mailboxId: storedMailboxId,
    ...(content.alias !== undefined && { alias: storedMailboxId && content.alias }),
    recipients: JSON.stringify({ to, cc, bcc }),
    subject,
    html,
    ...(content.quoting && { quoting: JSON.stringify(content.quoting) }),
    changedAt: now,
  };
  const existing = await tx.sql
    .selectFrom('draft')
    .where('id', '=', id)
    .select(['userId', 'version', 'changedAt', 'conversationId'])
    .forUpdate()
    .executeTakeFirst();
  if (existing) {
    if (existing.userId !== userId) throw new ProblemError(noSuchDraft);
    if (existing.version !== version) throw new ProblemError(conflict);
    await tx.sql
      .updateTable('draft')
      .set({ ...values, version: version + 1 })
      .where('id', '=', id)
      .execute();
    const announcedRecently =
      now.getTime() - existing.changedAt.getTime() < announceIntervalMs && version > 1;
    if (!announcedRecently)
      recordDraftChanged(tx, { draftId: id, userId, conversationId: existing.conversationId });
    return { cards };
  }
  if (version > 0 || (await isMessage(tx, id))) throw new ProblemError(noSuchDraft);
  if (conversationId) await assertConversation(tx, conversationId);
  const created = await tx.sql
    .insertInto('draft')
    .values({ instanceId: tx.instanceId, id, userId, conversationId, kind, ...values })
    .onConflict((oc) => oc.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!created) throw new ProblemError(conflict);
  recordDraftChanged(tx, { draftId: id, userId, conversationId });
  return { cards };
}

/** Deletes a draft and its attachments. Does nothing if it does not exist any more. */
export async function discardDraft(tx: InstanceTransaction, draftId: string, userId: string): Promise<void> {
  const files = await tx.sql
    .selectFrom('attachment')
    .where('draftId', '=', draftId)
    .select('sha256')
    .execute();
  const deleted = await tx.sql
    .deleteFrom('draft')
    .where('id', '=', draftId)
    .where('userId', '=', userId)
    .returning('conversationId')
    .executeTakeFirst();
  if (!deleted) return;
  await deleteUnusedBlobs(
    tx,
    files.map(({ sha256 }) => sha256),
  );
  recordDraftChanged(tx, { draftId, userId, conversationId: deleted.conversationId });
}

/** Notifies the user's other windows, and colleagues in the conversation. */
export function recordDraftChanged(
  tx: InstanceTransaction,
  { draftId, userId, conversationId }: { draftId: string; userId: string; conversationId: string | null },
): void {
  recordEvent(
    tx,
    { type: 'draft.changed', data: { draftId, userId, ...(conversationId && { conversationId }) } },
    userId,
  );
}

async function isMailbox(tx: InstanceTransaction, id: string): Promise<boolean> {
  return Boolean(await tx.sql.selectFrom('mailbox').where('id', '=', id).select('id').executeTakeFirst());
}

async function isMessage(tx: InstanceTransaction, id: string): Promise<boolean> {
  return Boolean(await tx.sql.selectFrom('message').where('id', '=', id).select('id').executeTakeFirst());
}

export const conflict = createProblem(409, 'draft-conflict');
