import type { Invitation } from '../database/schema.ts';
import { foldHtml, ownWords } from '../mail/fold-quotes.ts';
import { type Finder, redactHtml, redactionMark, redactJson, redactText } from '../mail/redact.ts';
import { snippetOf } from '../mail/snippet.ts';
import { textFromHtml } from '../mail/text-from-html.ts';

/** What a message says, in all its forms. */
export type Said = {
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
export function redactSaid(said: Said, find: Finder): { said: Said; count: number } | null {
  const subject = redactText(said.subject, find);
  const html = said.bodyHtml === null ? { html: null, count: 0 } : redactHtml(said.bodyHtml, find);
  const inText = find(said.bodyText).length;
  const invitation = redactJson(said.invitation, find);
  const elsewhere =
    subject !== said.subject || JSON.stringify(invitation) !== JSON.stringify(said.invitation);
  const count = Math.max(html.count, inText) + (elsewhere ? 1 : 0);
  if (count === 0 && !standsInFolded(said, find)) return null;
  const bodyHtml = html.html;
  const bodyText = redactText(
    said.bodyHtml === null ? said.bodyText : bodyHtml === null ? redactionMark : textFromHtml(bodyHtml),
    find,
  );
  const own = ownWords(bodyText);
  const ownText = own === bodyText.trim() ? null : own;
  return {
    count,
    said: {
      subject,
      bodyText,
      bodyHtml,
      ownText,
      ownHtml: bodyHtml === null || said.ownHtml === null ? null : foldHtml(bodyHtml),
      snippet: snippetOf(own || bodyText),
      invitation,
    },
  };
}

/** What is left where a quotation between was folded may stand together there alone. */
function standsInFolded({ ownText, ownHtml }: Said, find: Finder): boolean {
  return find(ownText ?? '').length > 0 || redactHtml(ownHtml ?? '', find).count > 0;
}
