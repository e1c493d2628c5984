import { noSuchConversation } from '../conversations/change-conversation.ts';
import type { NameAndAddress } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { writingSettings } from '../drafts/writing-settings.ts';
import type { OutgoingAttachment } from '../mail/compose/compose-mime.ts';
import { directionOf, languageOf } from '../mail/compose/language.ts';
import { replySubject } from '../mail/compose/subjects.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { textAlternative } from '../mail/html/text-alternative.ts';
import { fromLine } from '../mailboxes/from-line.ts';
import { ProblemError } from '../problems.ts';
import { readAll } from '../stores/file-stores.ts';
import { exampleData } from './check-template.ts';
import { type Reader, readerOf } from './reader.ts';
import type { TemplateData } from './render-template.ts';
import { buildTemplateData } from './template-data.ts';
import { picturesOfTemplate } from './template-pictures.ts';

export type Author = { id: string; name: string; email: string };

/** A message as a customer would get it, before its template is rendered with `data`. */
export type PreviewMail = {
  /** null if no mailbox is connected. */
  from: NameAndAddress | null;
  replyTo: NameAndAddress | null;
  to: NameAndAddress;
  subject: string;
  data: TemplateData;
  /** The pictures that its body and its template show. */
  pictures: OutgoingAttachment[];
  reader: Reader;
};

/**
 * Prepares a message of the author's in a conversation, or an example if `conversationId` is null. Its
 * body is the last answer in the conversation, or else the HTML `sampleHtml`. If `mailboxId` is null, it is sent
 * from the conversation's mailbox. Throws a ProblemError if there is no such conversation.
 */
export async function previewMail(
  tx: InstanceTransaction,
  {
    conversationId,
    mailboxId,
    sampleHtml,
    template,
    author,
  }: {
    conversationId: string | null;
    mailboxId: string | null;
    sampleHtml: string;
    template: string | null;
    author: Author;
  },
): Promise<PreviewMail> {
  const conversation = conversationId ? await loadConversation(tx, conversationId) : null;
  const sender = await findSender(tx, mailboxId ?? conversation?.mailboxId ?? null, author);
  const html = cleanHtml(sampleHtml);
  const placeholder = { bodyHtml: html, bodyText: textAlternative(html), ownHtml: null, ownText: null };
  const ofTemplate = await picturesOfTemplate(tx, template);
  if (!conversation)
    return { ...sender, ...(await exampleMail(tx, placeholder, author)), pictures: ofTemplate };
  const { id, subject, status, answer, customer } = conversation;
  const message = {
    id: answer?.id ?? '',
    subject: answer?.subject ?? replySubject(subject),
    sentAt: new Date(),
  };
  const signing = await signingAuthor(tx, author);
  const reader = await readerOf(tx, id, signing.language);
  const data = await buildTemplateData({
    reader: async () => reader,
    author: signing,
    customer,
    conversation: { id, subject, status },
    message,
    content: answer ? withoutQuotes(answer) : placeholder,
    template,
  });
  const pictures = [...(answer ? await picturesOf(tx, answer.id) : []), ...ofTemplate];
  const to = { name: customer.name, address: customer.email };
  return { ...sender, to, subject: message.subject, data, pictures, reader };
}

async function exampleMail(
  tx: InstanceTransaction,
  { bodyHtml, bodyText }: { bodyHtml: string; bodyText: string },
  author: Author,
): Promise<Omit<PreviewMail, 'from' | 'replyTo' | 'pictures'>> {
  const { name, email } = author;
  const { customer, conversation, message } = exampleData;
  const language = (await languageOf(bodyText)) ?? (await signingAuthor(tx, author)).language;
  const draft = {
    htmlBody: bodyHtml,
    textBody: bodyText,
    ...(language && { language }),
    direction: directionOf(bodyText),
  };
  const user = { name, displayName: name, email, emailSignature: '', avatarUrl: '' };
  return {
    to: { name: customer.name, address: customer.email },
    subject: message.subject,
    data: { draft, user, customer, conversation, message },
    reader: { language, utcOffset: null },
  };
}

/** The author with the signature and the picture that a message shows, and the author's language. */
export async function signingAuthor(tx: InstanceTransaction, author: Author) {
  const user = await tx.sql
    .selectFrom('users')
    .where('id', '=', author.id)
    .select(['image', 'language'])
    .executeTakeFirst();
  const { signature } = await writingSettings(tx, author.id);
  return { ...author, signature, image: user?.image ?? null, language: user?.language ?? null };
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
      'conversation.status',
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
  const { customerId, name, ...rest } = conversation;
  return { ...rest, answer, customer: { id: customerId, name, email: address?.address ?? '' } };
}

async function picturesOf(tx: InstanceTransaction, messageId: string): Promise<OutgoingAttachment[]> {
  const rows = await tx.sql
    .selectFrom('attachment')
    .innerJoin('blob', (join) =>
      join
        .onRef('blob.instanceId', '=', 'attachment.instanceId')
        .onRef('blob.sha256', '=', 'attachment.sha256'),
    )
    .where('attachment.messageId', '=', messageId)
    .where('contentId', 'is not', null)
    .select(['filename', 'mediaType', 'contentId', 'bytes', 'location'])
    .orderBy('position')
    .execute();
  return readAll(tx.files, rows);
}

/** Without what it quotes: the mailbox's threading adds that itself. */
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
  return mailbox ? fromLine(mailbox, author, null) : { from: null, replyTo: null };
}
