import type { DomNode, FormatCallback } from 'html-to-text';
import { columnsOf, isDataTable, limitSpans } from './data-table.ts';
import { hasText, htmlConverter } from './text-from-html.ts';
import { withoutHidden } from './without-hidden.ts';

/** Marks where a signature begins in HTML that is being rendered; a comment changes no style. */
export const signatureMark = '<!--postroom-signature-->';
const signatureElement = 'postroom-signature';
const signatureStart = '\u001e';
/** The start of a signature, and a delimiter that it has itself (RFC 3676 §4.3). */
const ownDelimiters = new RegExp(`${signatureStart}(\\s*--(?=\\s*\\n))?\\s*\\n`, 'g');

/**
 * The text alternative (RFC 2046 §5.1.4) of HTML that is sent: tables of data with aligned columns, other tables
 * in reading order, links with their addresses, `> ` before quotes and `-- ` above a signature. What mail
 * clients do not show, such as a preheader, is left out, and so are the invisible characters that follow one.
 */
export function textAlternative(html: string): string {
  const marked = html.replaceAll(signatureMark, `<${signatureElement}></${signatureElement}>`);
  const text = convertHtml(marked.replaceAll(signatureStart, ''));
  return text
    .replace(fillers, (_, at: number, all: string) => (at === 0 || all[at - 1] === '\n' ? '' : ' '))
    .replace(/(?<![ \t\u00a0\u2007])[ \t\u00a0\u2007]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .replace(ownDelimiters, '-- \n');
}

/** Two or more invisible characters with spaces between them: they fill the line that lists show of a mail. */
const fillers =
  /(?<![ \u00a0\u2007])[ \u00a0\u2007]*(?:(?:\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff])[ \u00a0\u2007]*){2,}/g;

/** In characters: a row of more is broken by the reader’s program, and its columns with it. */
const maxRowLength = 110;

/** The library adds its own formatters to the options. */
function libraryFormatters({ options }: Parameters<FormatCallback>[2]) {
  return options.formatters as Record<'dataTable' | 'block' | 'anchor', FormatCallback>;
}

const formatTable: FormatCallback = (table, walk, builder) => {
  const { dataTable, block } = libraryFormatters(builder);
  if (!isDataTable(table)) {
    block(table, walk, builder, { leadingLineBreaks: 1, trailingLineBreaks: 1 });
    return;
  }
  limitSpans(table);
  dataTable(table, walk, builder, {
    uppercaseHeaderCells: false,
    maxColumnWidth: Math.max(12, Math.floor(maxRowLength / columnsOf(table))),
    colSpacing: 3,
    leadingLineBreaks: 2,
    trailingLineBreaks: 2,
  });
};

/** RFC 3986, appendix C: angle brackets keep an address apart from the text around it. */
const formatLink: FormatCallback = (link, walk, builder) => {
  const href = (link.attribs?.href ?? '').trim();
  const isShown = bareAddress(textOf(link)) === bareAddress(href);
  libraryFormatters(builder).anchor(link, walk, builder, {
    ignoreHref: isShown || href.startsWith('#'),
    linkBrackets: ['<', '>'],
    // The library removes the scheme; what the link writes into the message is no part of the address.
    ...(/^mailto:/i.test(href) && { pathRewrite: withoutQuery }),
  });
};

const withoutQuery = (address: string) => address.replace(/\?.*$/s, '');

function bareAddress(text: string): string {
  const address = text.trim();
  return (/^mailto:/i.test(address) ? withoutQuery(address) : address)
    .replace(/^(https?:\/\/|mailto:|tel:)/i, '')
    .replace(/\/$/, '')
    .replace(/^\+?[\d\s()./-]+$/, (number) => number.replace(/[^\d+]/g, ''))
    .toLowerCase();
}

/** A picture that is a link shows where the link leads; others have no words of the author’s. */
const formatImage: FormatCallback = (image, _walk, builder) => {
  const alt = image.attribs?.alt?.trim();
  let { parent } = image;
  while (parent && parent.name !== 'a') parent = parent.parent;
  if (alt && parent) builder.addInline(alt);
};

const formatSignature: FormatCallback = (signature, walk, builder) => {
  const isMark = signature.name === signatureElement;
  builder.openBlock({ leadingLineBreaks: 2 });
  if (isMark || hasText(signature)) {
    builder.addLiteral(signatureStart);
    builder.addLineBreak();
  }
  walk(signature.children ?? [], builder);
  builder.closeBlock({ trailingLineBreaks: 1 });
};

function textOf(node: DomNode): string {
  return node.type === 'text' ? (node.data ?? '') : (node.children ?? []).map(textOf).join('');
}

const convertHtml = htmlConverter({
  prepare: withoutHidden,
  formatters: { table: formatTable, link: formatLink, image: formatImage, signature: formatSignature },
  selectors: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      options: { uppercase: false, leadingLineBreaks: 2, trailingLineBreaks: 2 },
    })),
    { selector: 'li > p', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'table', format: 'table' },
    { selector: 'a', format: 'link' },
    { selector: 'img', format: 'image' },
    { selector: signatureElement, format: 'signature' },
    { selector: 'div.gmail_signature', format: 'signature' },
  ],
});
