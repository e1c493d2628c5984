import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { textFromHtml } from '../mail/html/text-from-html.ts';
import type { TemplateData } from './render-template.ts';

/** What was written: all of it, and the words alone where they quote something below. */
export type WrittenContent = {
  bodyHtml: string | null;
  bodyText: string;
  ownHtml: string | null;
  ownText: string | null;
};

/**
 * The data a template is filled with for a message of a conversation. `email` is the customer's, as the
 * message is written to it. `template` null is Blank.
 */
export async function loadTemplateData(
  tx: InstanceTransaction,
  {
    conversationId,
    author,
    message,
    email,
    content,
    template,
  }: {
    conversationId: string;
    author: { id: string | null; name: string; email: string };
    message: { id: string; subject: string };
    email: string;
    content: WrittenContent;
    template: string | null;
  },
): Promise<TemplateData> {
  const { name, subject, customerId } = await tx.sql
    .selectFrom('conversation')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'conversation.instanceId')
        .onRef('customer.id', '=', 'conversation.customerId'),
    )
    .where('conversation.id', '=', conversationId)
    .select(['conversation.subject', 'customer.id as customerId', 'customer.name'])
    .executeTakeFirstOrThrow();
  const signature = await loadSignature(tx, author.id);
  return buildTemplateData({
    author: { ...author, signature },
    customer: { id: customerId, name, email },
    conversation: { id: conversationId, subject },
    message,
    content,
    template,
  });
}

/** The same of what is known already. */
export function buildTemplateData({
  author,
  customer,
  conversation,
  message,
  content,
  template,
}: {
  author: { name: string; email: string; signature: string; image?: string | null };
  customer: { id: string; name: string; email: string };
  conversation: { id: string; subject: string };
  message: { id: string; subject: string };
  content: WrittenContent;
  template: string | null;
}): TemplateData {
  const { signature, image } = author;
  const [firstName = '', ...others] = customer.name.split(' ');
  return {
    draft: withSignature(content, signature, template),
    user: {
      name: author.name,
      displayName: author.name,
      email: author.email,
      emailSignature: signature,
      // Mail programs show pictures of the web only.
      avatarUrl: image?.startsWith('https://') ? image : '',
    },
    customer: { ...customer, firstName, lastName: others.join(' '), custom: {} },
    conversation: { ...conversation, name: conversation.subject, custom: {} },
    message,
  };
}

/** The author's signature in this instance, as HTML; empty where they have none. */
async function loadSignature(tx: InstanceTransaction, userId: string | null): Promise<string> {
  if (!userId) return '';
  const row = await tx.sql
    .selectFrom('userSetting')
    .where('userId', '=', userId)
    .select('signatureHtml')
    .executeTakeFirst();
  return row?.signatureHtml ?? '';
}

/** The words with the signature below them and above what they quote, unless the template places it itself. */
function withSignature(
  { bodyHtml, bodyText, ownHtml, ownText }: WrittenContent,
  signature: string,
  template: string | null,
): TemplateData['draft'] {
  const html = bodyHtml ?? '';
  if (!signature || template?.includes('user.emailSignature')) return { htmlBody: html, textBody: bodyText };
  const own = { html: ownHtml ?? html, text: ownText ?? bodyText };
  return {
    htmlBody: `${own.html}<br><div class="gmail_signature">${signature}</div>${html.slice(own.html.length)}`,
    textBody: `${own.text}\n\n-- \n${textFromHtml(signature)}${bodyText.slice(own.text.length)}`,
  };
}
