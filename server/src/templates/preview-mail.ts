import { noSuchConversation } from '../conversations/change-conversation.ts';
import type { NameAndAddress } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { replySubject } from '../mail/compose/subjects.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { textFromHtml } from '../mail/html/text-from-html.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { ProblemError } from '../problems.ts';
import { exampleData } from './check-template.ts';
import type { TemplateData } from './render-template.ts';
import { loadTemplateData } from './template-data.ts';

export type Author = { id: string; name: string; email: string };

/** A message as a customer would get it, before a template is filled with `data`. */
export type PreviewMail = {
  /** null while no address is connected. */
  from: NameAndAddress | null;
  to: NameAndAddress;
  subject: string;
  data: TemplateData;
};

/**
 * What a message of the author's would be made of in a conversation, or for an example where none is
 * named. It says what was answered there last, or else `words`, HTML. Without `mailboxId` it leaves
 * from the conversation's address. Throws Refused where there is no such conversation.
 */
export async function previewMail(
  tx: InstanceTransaction,
  {
    conversationId,
    mailboxId,
    words: placeholderHtml,
    template,
    author,
  }: {
    conversationId: string | null;
    mailboxId: string | null;
    words: string;
    template: string | null;
    author: Author;
  },
): Promise<PreviewMail> {
  const place = conversationId ? await loadConversation(tx, conversationId) : null;
  const from = await findSender(tx, mailboxId ?? place?.mailboxId ?? null, author);
  const html = cleanHtml(placeholderHtml);
  const placeholder = { bodyHtml: html, bodyText: textFromHtml(html), ownHtml: null, ownText: null };
  if (!place) {
    const { customer, conversation, message } = exampleData;
    const draft = { htmlBody: placeholder.bodyHtml, textBody: placeholder.bodyText };
    const { name, email } = author;
    const user = { name, displayName: name, email, emailSignature: '', avatarUrl: '' };
    const data = { draft, user, customer, conversation, message };
    return { from, to: { name: customer.name, address: customer.email }, subject: message.subject, data };
  }
  const { answer, customer } = place;
  const message = { id: answer?.id ?? '', subject: answer?.subject ?? replySubject(place.subject) };
  const data = await loadTemplateData(tx, {
    conversationId: place.id,
    author,
    message,
    email: customer.address,
    content: answer ? withoutQuotes(answer) : placeholder,
    template,
  });
  return { from, to: customer, subject: message.subject, data };
}

async function loadConversation(tx: InstanceTransaction, id: string) {
  const conversation = await tx.sql
    .selectFrom('conversation')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'conversation.instanceId')
        .onRef('customer.id', '=', 'conversation.customerId'),
    )
    .where('conversation.id', '=', id)
    .select([
      'conversation.id',
      'conversation.subject',
      'conversation.mailboxId',
      'conversation.customerId',
      'customer.name',
    ])
    .executeTakeFirst();
  if (!conversation) throw new ProblemError(noSuchConversation);
  const address = await tx.sql
    .selectFrom('customerAddress')
    .where('customerId', '=', conversation.customerId)
    .select('address')
    .orderBy('address')
    .executeTakeFirst();
  const answer = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', id)
    .where('direction', '=', 'outbound')
    .select(['id', 'subject', 'bodyHtml', 'bodyText', 'ownHtml', 'ownText'])
    .orderBy('sentAt', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    ...conversation,
    answer,
    customer: { name: conversation.name, address: address?.address ?? '' },
  };
}

/** Without what it quotes, which the mailbox's threading adds by itself. */
function withoutQuotes(answer: {
  bodyHtml: string | null;
  bodyText: string;
  ownHtml: string | null;
  ownText: string | null;
}) {
  const bodyText = answer.ownText ?? answer.bodyText;
  return { bodyHtml: answer.ownHtml ?? answer.bodyHtml ?? '', bodyText, ownHtml: null, ownText: null };
}

async function findSender(tx: InstanceTransaction, mailboxId: string | null, author: Author) {
  let query = tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .select(['id', 'address', 'displayName', 'dynamicAliasName', 'sendAs']);
  if (mailboxId) query = query.where('id', '=', mailboxId);
  const mailbox = await query.orderBy('displayName').orderBy('address').limit(1).executeTakeFirst();
  return mailbox ? fromLine(mailbox, author).from : null;
}
