import { convert } from 'html-to-text';
import { Parser } from 'htmlparser2';

/** No reader reads more; the rest stays in the HTML. */
const longestHtml = 2_000_000;
/** Real mail stays below 100. What is nested deeper gives its bare words: laying it out takes the square. */
const deepest = 400;

/** The words of an HTML message as plain text: the alternative that is sent, searched and shown in lists. */
export function textFromHtml(whole: string): string {
  const html = whole.slice(0, longestHtml);
  const bare = wordsIfDeep(html);
  if (bare !== null) return bare;
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

const silent = new Set(['script', 'style', 'title', 'template']);

/** The words between the tags, without building a tree; null where the nesting is that of real mail. */
function wordsIfDeep(html: string): string | null {
  const words: string[] = [];
  let [depth, most, hidden] = [0, 0, 0];
  const parser = new Parser({
    onopentagname(name) {
      depth += 1;
      most = Math.max(most, depth);
      if (silent.has(name)) hidden += 1;
    },
    onclosetag(name) {
      depth -= 1;
      if (silent.has(name)) hidden -= 1;
    },
    ontext(text) {
      if (hidden === 0) words.push(text);
    },
  });
  parser.end(html);
  return most > deepest ? words.join(' ').replace(/\s+/g, ' ').trim() : null;
}
