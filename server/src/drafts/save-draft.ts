import { noSuchConversation } from '../conversations/change.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import type { DraftKind, DraftRecipients } from '../database/schema.ts';
import { Refused, refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import { cleanHtml } from '../mail/clean-html.ts';
import { forgetUnusedBlobs } from './blobs.ts';
import { cardsOut } from './card-number-filter.ts';
import { noSuchDraft } from './draft-views.ts';

export type DraftContent = DraftRecipients & {
  kind: DraftKind;
  /** null for a new message. */
  conversationId: string | null;
  mailboxId: string | null;
  subject: string;
  html: string;
};

/** Colleagues hear of someone who goes on writing this often, in milliseconds. */
const heardEvery = 20_000;

/**
 * Saves what a user writes. `version` is the one the page has, 0 before the first save: where another
 * window saved since, or has another draft in this place, it throws Refused and changes nothing. Answers
 * how many numbers of payment cards were not saved (without-cards.ts).
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
  const clean = await cardsOut(tx);
  const { subject, html, cards } = clean({ subject: content.subject, html: cleanHtml(content.html) });
  const words = {
    mailboxId: mailboxId && (await isMailbox(tx, mailboxId)) ? mailboxId : null,
    recipients: JSON.stringify({ to, cc, bcc }),
    subject,
    html,
    changedAt: now,
  };
  const existing = await tx.sql
    .selectFrom('draft')
    .where('id', '=', id)
    .select(['userId', 'version', 'changedAt', 'conversationId'])
    .forUpdate()
    .executeTakeFirst();
  if (existing) {
    if (existing.userId !== userId) throw new Refused(noSuchDraft);
    if (existing.version !== version) throw new Refused(conflict);
    await tx.sql
      .updateTable('draft')
      .set({ ...words, version: version + 1 })
      .where('id', '=', id)
      .execute();
    const quiet = now.getTime() - existing.changedAt.getTime() < heardEvery && version > 1;
    if (!quiet) announce(tx, { draftId: id, userId, conversationId: existing.conversationId });
    return { cards };
  }
  if (version > 0 || (await isMessage(tx, id))) throw new Refused(noSuchDraft);
  if (conversationId && !(await isConversation(tx, conversationId))) throw new Refused(noSuchConversation);
  const made = await tx.sql
    .insertInto('draft')
    .values({ instanceId: tx.instanceId, id, userId, conversationId, kind, ...words })
    .onConflict((there) => there.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw new Refused(conflict);
  announce(tx, { draftId: id, userId, conversationId });
  return { cards };
}

/** Throws a draft away, with its attachments. One that is not there any more is as wanted. */
export async function discardDraft(tx: InstanceTransaction, draftId: string, userId: string): Promise<void> {
  const files = await tx.sql
    .selectFrom('attachment')
    .where('draftId', '=', draftId)
    .select('sha256')
    .execute();
  const gone = await tx.sql
    .deleteFrom('draft')
    .where('id', '=', draftId)
    .where('userId', '=', userId)
    .returning('conversationId')
    .executeTakeFirst();
  if (!gone) return;
  await forgetUnusedBlobs(
    tx,
    files.map(({ sha256 }) => sha256),
  );
  announce(tx, { draftId, userId, conversationId: gone.conversationId });
}

/** Tells the user's other windows, and colleagues in the conversation. */
export function announce(
  tx: InstanceTransaction,
  { draftId, userId, conversationId }: { draftId: string; userId: string; conversationId: string | null },
): void {
  record(
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

async function isConversation(tx: InstanceTransaction, id: string): Promise<boolean> {
  return Boolean(
    await tx.sql.selectFrom('conversation').where('id', '=', id).select('id').executeTakeFirst(),
  );
}

export const conflict = refusal(
  409,
  'draft-conflict',
  'This draft was changed in another window.',
  'Choose which of the two to keep.',
);
