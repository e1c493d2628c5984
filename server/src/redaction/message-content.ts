import type { Invitation } from '../database/column-types.ts';
import { textFromHtml } from '../mail/html/text-from-html.ts';
import { snippetOf } from '../mail/mime/snippet.ts';
import { extractOwnText, foldHtml } from '../mail/quoting/fold-quotes.ts';
import { type Finder, redactHtml, redactionMark, redactJson, redactText } from '../mail/redaction/redact.ts';

/** What a message says, in all its forms. */
export type MessageContent = {
  subject: string;
  bodyText: string;
  bodyHtml: string | null;
  ownText: string | null;
  ownHtml: string | null;
  snippet: string;
  invitation: Invitation | null;
};

/**
 * What a message says without what is found, and how often it was; null where nothing was. Its plain
 * text is then written anew from the HTML, which is what people see: in the sender's own the same words
 * may stand in another form. So are the folded forms and the snippet, which may hold a part of it.
 */
export function redactContent(
  content: MessageContent,
  find: Finder,
): { content: MessageContent; count: number } | null {
  const subject = redactText(content.subject, find);
  const html = content.bodyHtml === null ? { html: null, count: 0 } : redactHtml(content.bodyHtml, find);
  const textMatches = find(content.bodyText).length;
  const invitation = redactJson(content.invitation, find);
  const elsewhere =
    subject !== content.subject || JSON.stringify(invitation) !== JSON.stringify(content.invitation);
  const count = Math.max(html.count, textMatches) + (elsewhere ? 1 : 0);
  if (count === 0 && !foundInOwnText(content, find)) return null;
  const bodyHtml = html.html;
  const bodyText = redactText(
    content.bodyHtml === null ? content.bodyText : bodyHtml === null ? redactionMark : textFromHtml(bodyHtml),
    find,
  );
  const ownPart = extractOwnText(bodyText);
  const ownText = ownPart === bodyText.trim() ? null : ownPart;
  return {
    count,
    content: {
      subject,
      bodyText,
      bodyHtml,
      ownText,
      ownHtml: bodyHtml === null || content.ownHtml === null ? null : foldHtml(bodyHtml),
      snippet: snippetOf(ownPart || bodyText),
      invitation,
    },
  };
}

/** What is left where a quotation between was folded may stand together there alone. */
function foundInOwnText({ ownText, ownHtml }: MessageContent, find: Finder): boolean {
  return find(ownText ?? '').length > 0 || redactHtml(ownHtml ?? '', find).count > 0;
}
