import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { DraftKind, DraftRecipients, NameAndAddress } from '../database/schema.ts';
import { createProblem, ProblemError } from '../problems.ts';

export type DraftAttachment = {
  id: string;
  filename: string;
  mediaType: string;
  size: number;
  /** Set for a picture in the text, which names it as `cid:` and this. */
  contentId: string | null;
};

/** A draft as its writer sees it. */
export type DraftView = DraftRecipients & {
  id: string;
  kind: DraftKind;
  conversationId: string | null;
  /** Counts the saves; 1 for a draft just made. */
  version: number;
  mailboxId: string | null;
  subject: string;
  html: string;
  /** The message forwarded, which is quoted below the text. */
  forwarded: { id: string; from: NameAndAddress; sentAt: Date; subject: string; snippet: string } | null;
  attachments: DraftAttachment[];
  changedAt: Date;
};

export const noSuchDraft = createProblem(404, 'no-such-draft');

/** One of the user's drafts. Throws Refused where they have none of this id. */
export async function readDraft(
  tx: InstanceTransaction,
  draftId: string,
  userId: string,
): Promise<DraftView> {
  const [draft] = await views(tx, (select) =>
    select.where('draft.id', '=', draftId).where('draft.userId', '=', userId),
  );
  if (!draft) throw new ProblemError(noSuchDraft);
  return draft;
}

/** The user's drafts in a conversation; without one, their new messages; newest first. */
export async function listDrafts(
  tx: InstanceTransaction,
  userId: string,
  conversationId: string | null,
): Promise<DraftView[]> {
  return views(tx, (select) =>
    select
      .where('draft.userId', '=', userId)
      .where('draft.conversationId', conversationId ? '=' : 'is', conversationId),
  );
}

function drafts(tx: InstanceTransaction) {
  return tx.sql
    .selectFrom('draft')
    .leftJoin('message', (join) =>
      join.onRef('message.instanceId', '=', 'draft.instanceId').onRef('message.id', '=', 'draft.forwardedId'),
    )
    .select([
      'draft.id',
      'draft.kind',
      'draft.conversationId',
      'draft.version',
      'draft.mailboxId',
      'draft.recipients',
      'draft.subject',
      'draft.html',
      'draft.changedAt',
      'draft.forwardedId',
      'message.fromName',
      'message.fromAddress',
      'message.sentAt',
      'message.subject as forwardedSubject',
      'message.snippet',
    ]);
}

async function views(
  tx: InstanceTransaction,
  filter: (select: ReturnType<typeof drafts>) => ReturnType<typeof drafts>,
): Promise<DraftView[]> {
  const rows = await filter(drafts(tx)).orderBy('draft.changedAt', 'desc').limit(100).execute();
  if (rows.length === 0) return [];
  const attachments = await tx.sql
    .selectFrom('attachment')
    .where(
      'draftId',
      'in',
      rows.map(({ id }) => id),
    )
    .select(['id', 'draftId', 'filename', 'mediaType', 'size', 'contentId'])
    .orderBy('position')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    conversationId: row.conversationId,
    version: row.version,
    mailboxId: row.mailboxId,
    ...row.recipients,
    subject: row.subject,
    html: row.html,
    forwarded: row.forwardedId
      ? {
          id: row.forwardedId,
          from: { name: row.fromName ?? '', address: row.fromAddress ?? '' },
          sentAt: row.sentAt!,
          subject: row.forwardedSubject ?? '',
          snippet: row.snippet ?? '',
        }
      : null,
    attachments: attachments
      .filter(({ draftId }) => draftId === row.id)
      .map(({ draftId: _draftId, ...attachment }) => attachment),
    changedAt: row.changedAt,
  }));
}
