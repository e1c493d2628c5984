import { type ReadHtml, readHtml } from '../html/read-html.ts';
import { textFromHtml } from '../html/text-from-html.ts';
import { extractOwnText, foldDocument } from './fold-quotes.ts';
import type { MessageRole } from './message-role.ts';

/** What the author wrote, as text and as HTML; null where nothing is folded or there is no such body. */
export type OwnParts = { ownText: string | null; ownHtml: string | null };

/**
 * A message without quoted history and signature (docs/product.md, R7). `fromHtml`: the text was made from
 * the HTML, in which mail programs mark quotations more exactly. `read`: the HTML, if it is parsed; its document changes.
 */
export function ownParts(
  {
    text,
    html,
    read = html === null ? null : readHtml(html),
    fromHtml,
  }: { text: string; html: string | null; read?: ReadHtml | null; fromHtml: boolean },
  role: MessageRole,
): OwnParts {
  const ownHtml = read?.document ? foldDocument(read.document, role) : null;
  const own = fromHtml && ownHtml !== null ? textFromHtml(ownHtml) : extractOwnText(text, role);
  return { ownText: own === text.trim() ? null : own, ownHtml };
}
