import { splitName } from '../../../locales/person-name.ts';
import { directionOf, languageOf } from '../mail/compose/language.ts';
import { textAlternative } from '../mail/html/text-alternative.ts';
import { formatForReader, type Reader } from './reader.ts';
import type { TemplateData } from './render-template.ts';

/** The body of a message; `own…` is what its author wrote, if the body quotes something below it. */
export type WrittenContent = {
  bodyHtml: string | null;
  bodyText: string;
  ownHtml: string | null;
  ownText: string | null;
};

/**
 * The data of a template for one message of a conversation to `reader`, who is only sought where it makes a difference: that
 * takes a twentieth of a send. `template` null is Blank, which shows no times. A customer without a
 * name has no `name`, `firstName` and `lastName`, so that `{{#if}}` tells; `displayName` then is the address.
 */
export async function buildTemplateData({
  reader,
  author,
  customer,
  conversation,
  message,
  content,
  template,
}: {
  reader: () => Promise<Reader>;
  author: { name: string; email: string; signature: string; image?: string | null };
  customer: { id: string; name: string; email: string };
  conversation: { id: string; subject: string; status: string };
  message: { id: string; subject: string; sentAt: Date };
  content: WrittenContent;
  template: string | null;
}): Promise<TemplateData> {
  const { signature, image } = author;
  const written = content.ownText ?? content.bodyText;
  const language = (await languageOf(written)) ?? (await reader()).language;
  return {
    draft: {
      ...withSignature(content, signature, template),
      ...(language && { language }),
      direction: directionOf(written),
    },
    user: {
      name: author.name,
      displayName: author.name,
      email: author.email,
      emailSignature: signature,
      // Mail clients load images over HTTPS only.
      avatarUrl: image?.startsWith('https://') ? image : '',
    },
    customer: { ...customer, ...splitName(customer.name, customer.email), custom: {} },
    conversation: { ...conversation, name: conversation.subject, custom: {} },
    message: { ...message, sentAt: template === null ? '' : formatForReader(message.sentAt, await reader()) },
  };
}

/** Puts the signature below what the author wrote and above what is quoted, unless the template contains it. */
function withSignature(
  { bodyHtml, bodyText, ownHtml, ownText }: WrittenContent,
  signature: string,
  template: string | null,
): Pick<TemplateData['draft'], 'htmlBody' | 'textBody'> {
  const html = bodyHtml ?? '';
  if (!signature || template?.includes('user.emailSignature')) return { htmlBody: html, textBody: bodyText };
  const own = { html: ownHtml ?? html, text: ownText ?? bodyText };
  const block = `<div class="gmail_signature">${signature}</div>`;
  return {
    htmlBody: `${own.html}<br>${block}${html.slice(own.html.length)}`,
    textBody: `${own.text}\n\n${textAlternative(block)}${bodyText.slice(own.text.length)}`,
  };
}
