import { compile, type DomNode, type FormatCallback, type SelectorDefinition } from 'html-to-text';
import { Parser } from 'htmlparser2';

/** In characters; the rest is left out of the text. */
const maxHtmlLength = 2_000_000;
/** Real mail stays below 100 levels. Of deeper HTML only the tags are removed: its layout takes quadratic time. */
const maxDepth = 400;

/** Elements whose text is not shown. */
const hiddenElements = ['script', 'style', 'template', 'title', 'noembed', 'noframes'];
/** Elements that begin and end a line, beside those that the library knows. */
const lineElements =
  'html body table caption center address dl dt dd fieldset figure figcaption details summary legend'.split(
    ' ',
  );

/** Stands for a tab until empty columns at the start of a line are removed. */
const cellSeparator = '\u001f';
const cellSeparatorsAtLineStart = new RegExp(`(^|\n)${cellSeparator}+`, 'g');

/**
 * Rows of a table are lines and their cells are separated by tabs: without them, the words of neighbouring
 * cells would run together. The library's own layout of tables is for tables of data only.
 */
const formatRow: FormatCallback = (row, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  let separated = true;
  for (const child of row.children ?? []) {
    const isCell = child.name === 'td' || child.name === 'th';
    if (isCell && !separated && hasText(child)) {
      builder.addLiteral(cellSeparator);
      separated = true;
    }
    walk([child], builder);
    if (hasText(child)) separated = false;
  }
  builder.closeBlock({ trailingLineBreaks: 1 });
};

/** Whether a node shows text; remembered, because tables are nested. */
const textPresence = new WeakMap<DomNode, boolean>();
export function hasText(node: DomNode): boolean {
  const known = textPresence.get(node);
  if (known !== undefined) return known;
  const found =
    node.type === 'text'
      ? (node.data ?? '').trim() !== ''
      : !hiddenElements.includes(node.name ?? '') && (node.children ?? []).some(hasText);
  textPresence.set(node, found);
  return found;
}

type Conversion = {
  /** Changes the HTML first, once it is known to be shallow enough. */
  prepare?(html: string): string;
  formatters?: Record<string, FormatCallback>;
  /** Added to those that all conversions have; the last of equal ones counts. */
  selectors?: SelectorDefinition[];
};

/** Converts HTML to plain text: for search, for lists, and for received messages without a text. */
export const textFromHtml = htmlConverter();

/**
 * A function that converts HTML to plain text with further formatters, in bounded time. `isShallow`: it is known to be
 * nested less deeply than `maxDepth`. Compiling the selectors takes longer than converting a short message, so it is
 * done once, with the first message.
 */
export function htmlConverter({ prepare, ...conversion }: Conversion = {}) {
  let convert: ((html: string) => string) | null = null;
  return (fullHtml: string, { isShallow = false } = {}): string => {
    const html = fullHtml.slice(0, maxHtmlLength);
    if (!isShallow && isDeep(html)) return withoutTags(html);
    convert ??= compileConversion(conversion);
    const text = convert(prepare ? prepare(html) : html);
    return text.replace(cellSeparatorsAtLineStart, '$1').replaceAll(cellSeparator, '\t').trim();
  };
}

function compileConversion({ formatters, selectors = [] }: Conversion): (html: string) => string {
  return compile({
    wordwrap: false,
    // The whole document: some programs quote a complete document, with a body of its own, inside a message.
    baseElements: { selectors: [], returnDomByDefault: true },
    limits: { maxDepth: maxDepth + 100, maxChildNodes: 200_000 },
    formatters: { row: formatRow, ...formatters },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
      ...lineElements.map((selector) => ({
        selector,
        format: 'block',
        options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
      })),
      { selector: 'tr', format: 'row' },
      ...hiddenElements.map((selector) => ({ selector, format: 'skip' })),
      ...selectors,
    ],
  });
}

/** Whether elements are nested deeper than `maxDepth`. */
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

/** The words of HTML on one line, in linear time and less exactly. */
function withoutTags(html: string): string {
  return html
    .replace(/<(style|script|title)\b[^<>]*>[^<]*/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
