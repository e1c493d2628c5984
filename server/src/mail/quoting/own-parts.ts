import { textFromHtml } from '../html/text-from-html.ts';
import { extractOwnText, foldHtml } from './fold-quotes.ts';
import type { MessageRole } from './message-role.ts';

/** What the author wrote, as text and as HTML; null where nothing is folded or there is no such body. */
export type OwnParts = { ownText: string | null; ownHtml: string | null };

/**
 * A message without quoted history and signature (docs/product.md, R7). `fromHtml`: the text was made from
 * the HTML, in which mail programs mark quotations more exactly.
 */
export function ownParts(
  { text, html, fromHtml }: { text: string; html: string | null; fromHtml: boolean },
  role: MessageRole,
): OwnParts {
  const ownHtml = html === null ? null : foldHtml(html, role);
  const own = fromHtml && ownHtml !== null ? textFromHtml(ownHtml) : extractOwnText(text, role);
  return { ownText: own === text.trim() ? null : own, ownHtml };
}
