import type { DraftKind, DraftRecipients, NameAndAddress, Quoting } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { createProblem, ProblemError } from '../problems.ts';

export type DraftAttachment = {
  id: string;
  filename: string;
  mediaType: string;
  size: number;
  /** Set for an image in the text, which refers to it by a `cid:` URL. */
  contentId: string | null;
};

/** A draft as its author sees it. */
export type DraftView = DraftRecipients & {
  id: string;
  kind: DraftKind;
  conversationId: string | null;
  /** Counts the saves; 1 for a new draft. */
  version: number;
  mailboxId: string | null;
  /** The alias of the mailbox it is sent from; null: its own address. */
  alias: string | null;
  subject: string;
  html: string;
  quoting: Quoting;
  /** The forwarded message, which is quoted below the text. */
  forwarded: { id: string; from: NameAndAddress; sentAt: Date; subject: string; snippet: string } | null;
  attachments: DraftAttachment[];
  changedAt: Date;
};

export const noSuchDraft = createProblem(404, 'no-such-draft');

/** One of the user's drafts. Throws a ProblemError if the user has none with this id. */
export async function readDraft(
  tx: InstanceTransaction,
  draftId: string,
  userId: string,
): Promise<DraftView> {
  const query = drafts(tx).where('draft.id', '=', draftId).where('draft.userId', '=', userId);
  const [draft] = await views(tx, await query.execute());
  if (!draft) throw new ProblemError(noSuchDraft);
  return draft;
}

/** A page of the user's drafts in a conversation, or of new messages if it is null; newest first. */
export async function listDrafts(
  tx: InstanceTransaction,
  { userId, conversationId }: { userId: string; conversationId: string | null },
  page: PageRequest,
): Promise<Page<DraftView>> {
  const query = drafts(tx)
    .where('draft.userId', '=', userId)
    .where('draft.conversationId', conversationId ? '=' : 'is', conversationId);
  const { rows, next } = await selectPage(query, byColumn('draft.changedAt', 'time', 'desc'), page);
  return { rows: await views(tx, rows), next };
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
      'draft.alias',
      'draft.recipients',
      'draft.subject',
      'draft.html',
      'draft.quoting',
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
  rows: Awaited<ReturnType<ReturnType<typeof drafts>['execute']>>,
): Promise<DraftView[]> {
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
    alias: row.alias,
    ...row.recipients,
    subject: row.subject,
    html: row.html,
    quoting: row.quoting,
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

/** A draft saved within this time (ms) is being written. */
const activeWithinMs = 120_000;

export type ActiveWriter = { id: string; name: string; kind: DraftKind };

/** The colleagues who are writing in a conversation now. */
export async function activeWriters(
  tx: InstanceTransaction,
  conversationId: string,
  { userId, now }: { userId: string; now: Date },
): Promise<ActiveWriter[]> {
  return tx.sql
    .selectFrom('draft')
    .innerJoin('users', 'users.id', 'draft.userId')
    .where('draft.conversationId', '=', conversationId)
    .where('draft.userId', '!=', userId)
    .where('draft.changedAt', '>', new Date(now.getTime() - activeWithinMs))
    .where('draft.html', '!=', '')
    .select(['users.id', 'users.name', 'draft.kind'])
    .orderBy('draft.changedAt', 'desc')
    .execute();
}
