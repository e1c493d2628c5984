import { assertConversation } from '../conversations/change-conversation.ts';
import { updateLastMessagePreview } from '../conversations/last-message-preview.ts';
import type { Quoting } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { cardNumberFilter } from '../drafts/card-number-filter.ts';
import { recordEvent } from '../events/record-event.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { textAlternative } from '../mail/html/text-alternative.ts';
import { snippetOf } from '../mail/mime/snippet.ts';
import { findAlias } from '../mailboxes/aliases.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { createProblem, ProblemError } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';
import { createDelivery } from './enqueue-delivery.ts';
import { heldBecauseDisconnected } from './held-deliveries.ts';
import { parseRecipients } from './parse-recipients.ts';
import { replyDefaults } from './reply-defaults.ts';
import { resolveSendTime, type SendTime } from './send-time.ts';

export type Author = { id: string; name: string; email: string };

export type Reply = {
  /** Chosen by the caller, so that a repeated request changes nothing. */
  id: string;
  conversationId: string;
  mailboxId: string;
  /** The alias it is sent from; default: the mailbox's own address. */
  alias?: string | null;
  /** Written as the mailbox or its alias, without Dynamic Alias Name. */
  asMailbox?: boolean;
  to: string[];
  cc: string[];
  bcc: string[];
  html: string;
  author: Author;
  now: Date;
  /** Default: at once. */
  sendTime?: SendTime;
  /** Default: the subject of an answer. */
  subject?: string;
  /** What the author decided about the messages it quotes. */
  quoting?: Quoting | null;
  /** A message that is forwarded: its id, and its HTML to quote below what was written. */
  forwarded?: { id: string; html: string | null } | null;
};

/**
 * Stores a message of a conversation, its delivery and the job that sends it, in one transaction (S4).
 * From a disconnected mailbox it is held (C11). Returns the message's HTML as it is stored. If the id
 * was stored before, nothing changes. Throws a ProblemError for missing, invalid or too many
 * recipients, and for an alias that Gmail does not accept.
 */
export async function composeReply(
  tx: InstanceTransaction,
  reply: Reply,
  enqueue: Queue['enqueue'],
): Promise<string> {
  const { id, conversationId, mailboxId, author, now } = reply;
  const stored = await findStored(tx, id, conversationId);
  if (stored) return stored.bodyHtml ?? '';
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .selectAll()
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  const recipients = parseRecipients(reply);
  const alias = await findAlias(tx, mailbox, reply.alias ?? null);
  const dynamicAliasName = mailbox.dynamicAliasName && !reply.asMailbox;
  const { from } = fromLine({ ...mailbox, dynamicAliasName }, author, alias);
  const content = await composeContent(tx, reply);
  const inserted = await tx.sql
    .insertInto('message')
    .values({
      instanceId: tx.instanceId,
      id,
      conversationId,
      mailboxId,
      direction: 'outbound',
      origin: 'postroom',
      authorId: author.id,
      fromName: from.name,
      fromAddress: from.address,
      recipients: JSON.stringify(recipients),
      sentAt: now,
      forwardedId: reply.forwarded?.id ?? null,
      quoting: reply.quoting ? JSON.stringify(reply.quoting) : null,
      ...content,
    })
    .onConflict((conflict) => conflict.columns(['instanceId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return content.bodyHtml; // the same request, twice at once
  const { sendTime = { undoSeconds: 0 } } = reply;
  await createDelivery(
    tx,
    {
      messageId: id,
      mailboxId,
      alias: alias?.address ?? null,
      conversationId,
      held: mailbox.disconnectedAt ? heldBecauseDisconnected(mailbox.address) : null,
      ...(await resolveSendTime(tx, { conversationId, messageId: id, sendTime, now })),
    },
    now,
    enqueue,
  );
  const { snippet } = content;
  await updateLastMessagePreview(tx, conversationId, { at: now, snippet, direction: 'outbound' });
  recordEvent(
    tx,
    { type: 'message.stored', data: { conversationId, messageId: id, direction: 'outbound' } },
    author.id,
  );
  return content.bodyHtml;
}

/** The message with this id, if it was stored before. */
async function findStored(tx: InstanceTransaction, id: string, conversationId: string) {
  await assertConversation(tx, conversationId);
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', id)
    .select(['conversationId', 'bodyHtml'])
    .executeTakeFirst();
  if (message && message.conversationId !== conversationId) throw new ProblemError(idInUse);
  return message;
}

/** Subject and body as they are stored: HTML cleaned, card numbers removed where the instance asks for it. */
async function composeContent(tx: InstanceTransaction, { conversationId, html, subject, forwarded }: Reply) {
  const filterCardNumbers = await cardNumberFilter(tx);
  const own = filterCardNumbers({
    subject: subject ?? (await replyDefaults(tx, conversationId, { all: false })).subject,
    html: cleanHtml(html),
  });
  const ownHtml = own.html;
  const ownText = textAlternative(ownHtml);
  const written = { subject: own.subject, snippet: snippetOf(ownText) };
  if (!forwarded?.html) return { ...written, bodyText: ownText, bodyHtml: ownHtml };
  // The forwarded message may be older than the setting.
  const quoted = filterCardNumbers({ subject: '', html: forwarded.html }).html;
  return {
    ...written,
    bodyText: `${ownText}\n\n${textAlternative(quoted)}`,
    bodyHtml: `${ownHtml}${quoted}`,
    ownText,
    ownHtml,
  };
}

const noSuchMailbox = createProblem(404, 'no-such-mailbox');
const idInUse = createProblem(409, 'id-in-use');
