import type { Invitation } from '../calendar/invitation.ts';
import { textFromHtml } from '../html/text-from-html.ts';
import { snippetOf } from '../mime/snippet.ts';
import type { MessageRole } from '../quoting/message-role.ts';
import { ownParts } from '../quoting/own-parts.ts';
import { type Finder, redactHtml, redactionMark, redactJson, redactText } from './redact-text.ts';

/** The text of a message in all forms that are stored. */
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
 * Redacts all matches; `count`: how many there are; null if there are none. The plain text is then made
 * from the HTML, because the sender's own plain text may contain the same words in another form. The text
 * without quotes and the snippet are made again too.
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
  const role = roleOf(content);
  const own = ownParts({ text: bodyText, html: bodyHtml, fromHtml: bodyHtml !== null }, role);
  return {
    count,
    content: {
      subject,
      bodyText,
      bodyHtml,
      ...own,
      snippet: snippetOf(own.ownText || bodyText, { withQuoted: role === 'new' }),
      invitation,
    },
  };
}

/** The role with which the stored content was folded, found again by its result. */
function roleOf({ bodyText, bodyHtml, ownText, ownHtml }: MessageContent): MessageRole {
  const roles: MessageRole[] = ['reply', 'forward', 'new'];
  const isSame = (role: MessageRole) => {
    const own = ownParts({ text: bodyText, html: bodyHtml, fromHtml: false }, role);
    return bodyHtml === null ? own.ownText === ownText : own.ownHtml === ownHtml;
  };
  return roles.find(isSame) ?? 'reply';
}

/** A match may exist only here, where the quote that divided it in the full text is left out. */
function foundInOwnText({ ownText, ownHtml }: MessageContent, find: Finder): boolean {
  return find(ownText ?? '').length > 0 || redactHtml(ownHtml ?? '', find).count > 0;
}
