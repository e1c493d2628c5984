import { v7 as uuid } from 'uuid';
import { changeConversation } from '../conversations/change-conversation.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { NameAndAddress } from '../database/schema.ts';
import { deleteUnusedBlobs } from '../drafts/blobs.ts';
import { cardNumberFilter } from '../drafts/card-number-filter.ts';
import { noSuchDraft } from '../drafts/draft-views.ts';
import { conflict, recordDraftChanged } from '../drafts/save-draft.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';
import { type Author, composeReply, parseRecipients } from './compose.ts';
import { composeNote } from './compose-note.ts';
import { forwardedHtml } from './forward.ts';
import type { SendTime } from './send-time.ts';

export type SendDraft = {
  draftId: string;
  /** As the page has it: what another window wrote since is not sent unseen. */
  version: number;
  author: Author;
  sendTime: SendTime;
  /** Sets the conversation done at once. */
  markDone: boolean;
  now: Date;
};

/**
 * Makes a draft the message it was to become, of the same id, with its attachments; a new message
 * opens a conversation with its first recipient. A repeated request changes nothing. Throws Refused.
 */
export async function sendDraft(
  tx: InstanceTransaction,
  { draftId, version, author, sendTime, markDone, now }: SendDraft,
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
  const { kind, html, mailboxId, subject, recipients, forwardedId } = draft;
  const conversationId =
    draft.conversationId ?? (await openConversation(tx, { mailboxId, subject, recipients, author, now }));
  if (kind === 'note') {
    await composeNote(tx, { id: draftId, conversationId, html, author, now });
  } else {
    if (!mailboxId) throw new ProblemError(noSender);
    await composeReply(
      tx,
      {
        id: draftId,
        conversationId,
        mailboxId,
        ...recipients,
        html,
        author,
        now,
        sendTime,
        ...(kind !== 'reply' && { subject }),
        quoted: forwardedId ? await forwardedHtml(tx, forwardedId) : null,
      },
      enqueue,
    );
    if (forwardedId) {
      await tx.sql.updateTable('message').set({ forwardedId }).where('id', '=', draftId).execute();
    }
  }
  await moveAttachments(tx, draftId);
  await tx.sql.deleteFrom('draft').where('id', '=', draftId).execute();
  recordDraftChanged(tx, { draftId, userId: author.id, conversationId });
  if (markDone) await changeConversation(tx, conversationId, { status: 'done' }, author.id, enqueue);
  return { conversationId, messageId: draftId };
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

/** The draft's attachments become the message's; pictures that were taken out of the text again go. */
async function moveAttachments(tx: InstanceTransaction, id: string): Promise<void> {
  const { bodyHtml } = await tx.sql
    .selectFrom('message')
    .where('id', '=', id)
    .select('bodyHtml')
    .executeTakeFirstOrThrow();
  const pictures = await tx.sql
    .selectFrom('attachment')
    .where('draftId', '=', id)
    .where('contentId', 'is not', null)
    .select(['id', 'contentId', 'inline', 'sha256'])
    .execute();
  const removed = pictures.filter(
    ({ contentId, inline }) =>
      inline && contentId!.endsWith('@postroom') && !bodyHtml?.includes(`cid:${contentId}`),
  );
  if (removed.length > 0) {
    const ids = removed.map((picture) => picture.id);
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

/** A conversation for a new message, with the customer the first recipient is, or becomes. */
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
  const customerId = await findOrCreateCustomer(tx, [...to, ...cc, ...bcc][0]!);
  const filterCardNumbers = await cardNumberFilter(tx);
  const id = uuid();
  await tx.sql
    .insertInto('conversation')
    .values({
      instanceId: tx.instanceId,
      id,
      customerId,
      mailboxId,
      subject: filterCardNumbers({ subject, html: '' }).subject,
      assigneeId: author.id,
      lastDirection: 'outbound',
      lastMessageAt: now,
    })
    .execute();
  return id;
}

async function findOrCreateCustomer(tx: InstanceTransaction, person: NameAndAddress): Promise<string> {
  const { instanceId } = tx;
  const address = normalizeAddress(person.address);
  const findCustomer = () =>
    tx.sql
      .selectFrom('customerAddress')
      .where('address', '=', address)
      .select('customerId')
      .executeTakeFirst();
  const found = await findCustomer();
  if (found) return found.customerId;
  const id = uuid();
  await tx.sql
    .insertInto('customer')
    .values({ instanceId, id, name: person.name || person.address })
    .execute();
  const inserted = await tx.sql
    .insertInto('customerAddress')
    .values({ instanceId, address, customerId: id })
    .onConflict((oc) => oc.doNothing())
    .returning('customerId')
    .executeTakeFirst();
  if (inserted) return id;
  // Somebody else met this address in between.
  await tx.sql.deleteFrom('customer').where('id', '=', id).execute();
  return (await findCustomer())!.customerId;
}

const noSender = createProblem(400, 'no-sender');
