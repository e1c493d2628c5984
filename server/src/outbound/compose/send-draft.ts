import { v7 as uuid } from 'uuid';
import { changeConversation } from '../../conversations/change-conversation.ts';
import { createConversations } from '../../conversations/create-conversations.ts';
import { findOrCreateCustomers } from '../../customers/find-or-create-customers.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { assertNoBlockedFile } from '../../drafts/attachments.ts';
import { deleteUnusedBlobs } from '../../drafts/blobs.ts';
import { cardNumberFilter } from '../../drafts/card-number-filter.ts';
import { noSuchDraft } from '../../drafts/draft-views.ts';
import { conflict, recordDraftChanged } from '../../drafts/save-draft.ts';
import { writingSettings } from '../../drafts/writing-settings.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import { forwardedHtml } from '../defaults/forward.ts';
import type { SendTime } from '../deliveries/send-time.ts';
import { type Author, composeReply } from './compose.ts';
import { composeNote } from './compose-note.ts';
import { parseRecipients } from './parse-recipients.ts';

export type SendDraft = {
  draftId: string;
  /** The version the page shows: a later one from another window must not be sent unseen. */
  version: number;
  author: Author;
  sendTime: SendTime;
  /** Also set the conversation to done. */
  markDone: boolean;
  /** The newest message that the author had seen: refused if others wrote since. Left out: sent all the same. */
  seenMessageId?: string | undefined;
  now: Date;
};

/**
 * Turns a draft into the message it is for, with the same id and its attachments. A new message opens a
 * conversation with its first recipient. A repeated request changes nothing. Throws a ProblemError if the
 * draft is gone, was changed in another window, or cannot be sent as it is.
 */
export async function sendDraft(
  tx: InstanceTransaction,
  { draftId, version, author, sendTime, markDone, seenMessageId, now }: SendDraft,
  enqueue: Queue['enqueue'],
): Promise<{ conversationId: string; messageId: string }> {
  const draft = await tx.sql
    .selectFrom('draft')
    .where('id', '=', draftId)
    .where('userId', '=', author.id)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  if (!draft) return findSentMessage(tx, draftId, author.id);
  if (draft.version !== version) throw new ProblemError(conflict);
  if (seenMessageId && draft.conversationId)
    await assertUnanswered(tx, { conversationId: draft.conversationId, seenMessageId, authorId: author.id });
  const { kind, html, mailboxId, alias, subject, recipients, forwardedId, quoting } = draft;
  const conversationId =
    draft.conversationId ?? (await openConversation(tx, { mailboxId, subject, recipients, author, now }));
  const message = { id: draftId, conversationId, html, author, now };
  let storedHtml: string;
  if (kind === 'note') storedHtml = await composeNote(tx, message);
  else {
    if (!mailboxId) throw new ProblemError(noSender);
    // Those of a forwarded message were not uploaded.
    await assertNoBlockedFile(tx, draftId);
    const forwarded = forwardedId ? { id: forwardedId, html: await forwardedHtml(tx, forwardedId) } : null;
    storedHtml = await composeReply(
      tx,
      {
        ...message,
        ...recipients,
        mailboxId,
        alias,
        sendTime,
        forwarded,
        quoting,
        ...(kind !== 'reply' && { subject }),
      },
      enqueue,
    );
  }
  await moveAttachments(tx, draftId, storedHtml);
  await tx.sql.deleteFrom('draft').where('id', '=', draftId).execute();
  recordDraftChanged(tx, { draftId, userId: author.id, conversationId });
  if (kind === 'reply') await takeUnassigned(tx, conversationId, author.id, enqueue);
  if (markDone) await changeConversation(tx, conversationId, { status: 'done' }, author.id, enqueue);
  return { conversationId, messageId: draftId };
}

/** Throws if somebody else wrote in the conversation after a message of it. */
async function assertUnanswered(
  tx: InstanceTransaction,
  {
    conversationId,
    seenMessageId,
    authorId,
  }: Record<'conversationId' | 'seenMessageId' | 'authorId', string>,
): Promise<void> {
  const later = await tx.sql
    .selectFrom('message')
    .innerJoin('message as seen', (join) =>
      join.onRef('seen.instanceId', '=', 'message.instanceId').on('seen.id', '=', seenMessageId),
    )
    .where('message.conversationId', '=', conversationId)
    .where('message.direction', '<>', 'note')
    .where('message.authorId', 'is distinct from', authorId)
    .whereRef('message.createdAt', '>', 'seen.createdAt')
    .select('message.id')
    .limit(1)
    .executeTakeFirst();
  if (later) throw new ProblemError(createProblem(409, 'answered-meanwhile'));
}

/**
 * A reply assigns a conversation that nobody has to its author, unless they chose otherwise. An API key, which is
 * no member, is assigned nothing.
 */
async function takeUnassigned(
  tx: InstanceTransaction,
  conversationId: string,
  authorId: string,
  enqueue: Queue['enqueue'],
): Promise<void> {
  const { takeUnassigned } = await writingSettings(tx, authorId);
  if (!takeUnassigned || !(await isMember(tx, authorId))) return;
  const { assigneeId } = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select('assigneeId')
    .executeTakeFirstOrThrow();
  if (assigneeId === null)
    await changeConversation(tx, conversationId, { assigneeId: authorId }, authorId, enqueue);
}

async function findSentMessage(tx: InstanceTransaction, id: string, authorId: string) {
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', id)
    .where('authorId', '=', authorId)
    .select('conversationId')
    .executeTakeFirst();
  if (!message) throw new ProblemError(noSuchDraft);
  return { conversationId: message.conversationId, messageId: id };
}

/** Moves the draft's attachments to its message; deletes inline images that the text no longer shows. */
async function moveAttachments(tx: InstanceTransaction, id: string, html: string): Promise<void> {
  const images = await tx.sql
    .selectFrom('attachment')
    .where('draftId', '=', id)
    .where('contentId', 'is not', null)
    .select(['id', 'contentId', 'inline', 'sha256'])
    .execute();
  const removed = images.filter(
    ({ contentId, inline }) =>
      inline && contentId!.endsWith('@postroom') && !html.includes(`cid:${contentId}`),
  );
  if (removed.length > 0) {
    const ids = removed.map((image) => image.id);
    await tx.sql.deleteFrom('attachment').where('id', 'in', ids).execute();
    await deleteUnusedBlobs(
      tx,
      removed.map(({ sha256 }) => sha256),
    );
  }
  await tx.sql
    .updateTable('attachment')
    .set({ messageId: id, draftId: null })
    .where('draftId', '=', id)
    .execute();
}

/** Opens a conversation for a new message. Its customer is the first recipient, who may be new. */
async function openConversation(
  tx: InstanceTransaction,
  draft: {
    mailboxId: string | null;
    subject: string;
    recipients: { to: string[]; cc: string[]; bcc: string[] };
    author: Author;
    now: Date;
  },
): Promise<string> {
  const { mailboxId, subject, author, now } = draft;
  if (!mailboxId) throw new ProblemError(noSender);
  const { to, cc, bcc } = parseRecipients(draft.recipients);
  const { address: typedAddress, name } = [...to, ...cc, ...bcc][0]!;
  const address = normalizeAddress(typedAddress);
  const customerIds = await findOrCreateCustomers(tx, [{ address, name: name || typedAddress }]);
  const filterCardNumbers = await cardNumberFilter(tx);
  const id = uuid();
  const conversation = {
    id,
    customerId: customerIds.get(address)!,
    mailboxId,
    subject: filterCardNumbers({ subject, html: '' }).subject,
    assigneeId: author.id,
    lastDirection: 'outbound' as const,
    lastMessageAt: now,
  };
  await createConversations(tx, [conversation]);
  return id;
}

const noSender = createProblem(400, 'no-sender');

async function isMember(tx: InstanceTransaction, userId: string): Promise<boolean> {
  const membership = tx.sql.selectFrom('membership').where('userId', '=', userId).select('userId');
  return (await membership.executeTakeFirst()) !== undefined;
}
