import { convert } from 'html-to-text';
import { Parser } from 'htmlparser2';

/** In characters; the rest is left out of the text. */
const maxHtmlLength = 2_000_000;
/** Real mail stays below 100 levels. Of deeper HTML only the tags are removed: its layout takes quadratic time. */
const maxDepth = 400;

/** Converts HTML to plain text: for the text alternative of sent mail, for search and for lists. */
export function textFromHtml(fullHtml: string): string {
  const html = fullHtml.slice(0, maxHtmlLength);
  if (isDeep(html))
    return html
      .replace(/<[^<>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  return convert(html, {
    wordwrap: false,
    limits: { maxDepth: 200, maxChildNodes: 20_000 },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'img', format: 'skip' },
      { selector: 'h1', options: { uppercase: false } },
      { selector: 'h2', options: { uppercase: false } },
      { selector: 'h3', options: { uppercase: false } },
      { selector: 'h4', options: { uppercase: false } },
      { selector: 'table', options: { uppercaseHeaderCells: false } },
    ],
  }).trim();
}

function isDeep(html: string): boolean {
  let depth = 0;
  const parser = new Parser({
    onopentagname() {
      depth += 1;
      if (depth > maxDepth) throw new RangeError('nested too deep');
    },
    onclosetag() {
      depth -= 1;
    },
  });
  try {
    parser.end(html);
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}
