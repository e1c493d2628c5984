import { noSuchConversation } from '../conversations/change-conversation.ts';
import { updateLastMessagePreview } from '../conversations/last-message-preview.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { NameAndAddress } from '../database/schema.ts';
import { cardNumberFilter } from '../drafts/card-number-filter.ts';
import { recordEvent } from '../events/record-event.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { textFromHtml } from '../mail/html/text-from-html.ts';
import { checkRecipient, normalizeAddress } from '../mail/mime/addresses.ts';
import { snippetOf } from '../mail/mime/snippet.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { createProblem, ProblemError } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';
import { enqueueDelivery } from './enqueue-delivery.ts';
import { heldBecauseDisconnected } from './held-deliveries.ts';
import { replyDefaults } from './reply-defaults.ts';
import { resolveSendTime, type SendTime } from './send-time.ts';

export type Author = { id: string; name: string; email: string };

export type Reply = {
  /** Made by the caller, so that a repeated request changes nothing. */
  id: string;
  conversationId: string;
  mailboxId: string;
  to: string[];
  cc: string[];
  bcc: string[];
  html: string;
  author: Author;
  now: Date;
  /** At once, where left out. */
  sendTime?: SendTime;
  /** That of an answer, where left out. */
  subject?: string;
  /** HTML quoted below what was written: a message forwarded. */
  quoted?: string | null;
};

/**
 * Writes a message of a conversation: the message, its delivery and the job that sends it, in one
 * transaction (S4). From a disconnected mailbox it is held (C11). Answers false where this id was
 * written before. Throws Refused for unknown or wrong recipients.
 */
export async function composeReply(
  tx: InstanceTransaction,
  reply: Reply,
  enqueue: Queue['enqueue'],
): Promise<boolean> {
  const { instanceId } = tx;
  const { id, conversationId, mailboxId, author, now } = reply;
  if (await isAlreadyComposed(tx, id, conversationId)) return false;
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .selectAll()
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  const recipients = parseRecipients(reply);
  const { from } = fromLine(mailbox, author);
  const filterCardNumbers = await cardNumberFilter(tx);
  const { subject, html: ownHtml } = filterCardNumbers({
    subject: reply.subject ?? (await replyDefaults(tx, conversationId, { all: false })).subject,
    html: cleanHtml(reply.html),
  });
  // What was stored before the instance wanted it so may still hold one.
  const quoted = reply.quoted ? filterCardNumbers({ subject: '', html: reply.quoted }).html : null;
  const ownText = textFromHtml(ownHtml);
  const snippet = snippetOf(ownText);
  const inserted = await tx.sql
    .insertInto('message')
    .values({
      instanceId,
      id,
      conversationId,
      mailboxId,
      direction: 'outbound',
      origin: 'postroom',
      authorId: author.id,
      fromName: from.name,
      fromAddress: from.address,
      recipients: JSON.stringify(recipients),
      subject,
      sentAt: now,
      bodyText: quoted === null ? ownText : `${ownText}\n\n${textFromHtml(quoted)}`,
      bodyHtml: quoted === null ? ownHtml : `${ownHtml}${quoted}`,
      ...(quoted !== null && { ownText, ownHtml: ownHtml }),
      snippet,
    })
    .onConflict((conflict) => conflict.columns(['instanceId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return false; // the same request, twice at once
  const held = mailbox.disconnectedAt ? heldBecauseDisconnected(mailbox.address) : null;
  const sendTime = reply.sendTime ?? { undoSeconds: 0 };
  const { sendAfter, scheduled } = await resolveSendTime(tx, {
    conversationId,
    messageId: id,
    sendTime,
    now,
  });
  await tx.sql
    .insertInto('delivery')
    .values({
      instanceId,
      messageId: id,
      mailboxId,
      state: held ? 'held' : 'queued',
      problem: held && JSON.stringify(held),
      sendAfter,
      scheduled,
    })
    .execute();
  if (!held) await enqueueDelivery(tx, { messageId: id, mailboxId, conversationId, sendAfter, now }, enqueue);
  await updateLastMessagePreview(tx, conversationId, { at: now, snippet, direction: 'outbound' });
  recordEvent(
    tx,
    { type: 'message.stored', data: { conversationId, messageId: id, direction: 'outbound' } },
    author.id,
  );
  return true;
}

async function isAlreadyComposed(
  tx: InstanceTransaction,
  id: string,
  conversationId: string,
): Promise<boolean> {
  const conversation = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select('id')
    .executeTakeFirst();
  if (!conversation) throw new ProblemError(noSuchConversation);
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', id)
    .select('conversationId')
    .executeTakeFirst();
  if (message && message.conversationId !== conversationId) throw new ProblemError(idInUse);
  return message !== undefined;
}

/** Recipients as written, each once in a field; throws Refused where there is none or one cannot receive mail. */
export function parseRecipients(entered: { to: string[]; cc: string[]; bcc: string[] }) {
  const recipients = {
    to: parseField(entered.to),
    cc: parseField(entered.cc),
    bcc: parseField(entered.bcc),
    replyTo: [],
  };
  if (recipients.to.length + recipients.cc.length + recipients.bcc.length === 0) {
    throw new ProblemError(noRecipient);
  }
  return recipients;
}

function parseField(entered: string[]): NameAndAddress[] {
  const seen = new Map<string, NameAndAddress>();
  for (const text of entered) {
    const outcome = checkRecipient(text);
    if (outcome.kind === 'invalid') {
      throw new ProblemError(
        createProblem(400, 'invalid-recipient', { address: text, reason: { code: outcome.reason } }),
      );
    }
    seen.set(normalizeAddress(outcome.recipient.address), outcome.recipient);
  }
  return [...seen.values()];
}

const noRecipient = createProblem(400, 'no-recipient');
const noSuchMailbox = createProblem(404, 'no-such-mailbox');
const idInUse = createProblem(409, 'id-in-use');
