import { isMonospace } from './code.ts';
import { highlightColor, textColor } from './colors.ts';

const inlineTags =
  'span, font, b, strong, i, em, u, ins, s, strike, del, code, kbd, samp, tt, sub, sup, small, big, mark, abbr, acronym, cite, var, dfn, label, bdi';
const blockTags = /^(P|DIV|LI|TD|TH|H[1-6]|BLOCKQUOTE|UL|OL|TABLE|SECTION|ARTICLE|DT|DD)$/;

/** How a text looks on the page that it comes from. */
type Look = {
  bold?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
  code?: boolean;
  script?: 'sub' | 'sup';
  color?: string;
  background?: string;
  /** The font and size. */
  font?: string;
  size?: string;
};

/**
 * Gives each text the marks of its look: the styles of the elements around it, in whatever form the program writes
 * them, become `strong`, `em`, `u`, `s`, `code`, `sub`, `sup` and a span with colors. Returns whether fonts or
 * sizes differed, which are not kept: a message has those of its template.
 */
export function markTexts(page: Document): boolean {
  const texts = textsOf(page.body);
  const looks = texts.map((text) => lookOf(text));
  const fonts = new Set<string>();
  for (const one of [...page.body.querySelectorAll(inlineTags)]) {
    if (!one.closest('pre')) one.replaceWith(...one.childNodes);
  }
  for (const [index, text] of texts.entries()) {
    const { font = '', size = '', ...look } = looks[index]!;
    const isHeading = text.parentElement?.closest('h1, h2, h3') !== null;
    if (!isHeading && !look.code && text.data.trim() && (font || size))
      fonts.add(`${font.split(',')[0]} ${size}`);
    wrap(page, text, look);
  }
  return fonts.size > 1;
}

function textsOf(body: HTMLElement): Text[] {
  const texts: Text[] = [];
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode() as Text | null; text; text = walker.nextNode() as Text | null) {
    const parent = text.parentElement!;
    // White space between blocks is no text.
    if (parent.closest('pre') || (!text.data.trim() && (parent === body || blockTags.test(parent.tagName))))
      continue;
    texts.push(text);
  }
  return texts;
}

function lookOf(text: Text): Look {
  const look: Look = {};
  let isInline = true;
  let isLink = false;
  let cell: string | undefined;
  for (let one = text.parentElement; one && one.tagName !== 'HTML'; one = one.parentElement) {
    addMarks(look, one);
    isInline &&= !blockTags.test(one.tagName);
    isLink ||= one.tagName === 'A';
    look.color ||= one.style.color || (one.tagName === 'FONT' ? one.getAttribute('color')! : '');
    if (isInline) look.background ||= one.tagName === 'MARK' ? '#ffff00' : one.style.backgroundColor;
    if (/^T[DH]$/.test(one.tagName)) cell ??= one.style.backgroundColor;
  }
  const background = look.background ? highlightColor(look.background) : null;
  const color = look.color && !isLink ? textColor(look.color, background ?? (cell || null)) : null;
  return { ...look, background: background ?? '', color: color ?? '', underline: look.underline && !isLink };
}

/** Adds what an element says; what an element further in says counts more. */
function addMarks(look: Look, one: HTMLElement): void {
  const { tagName, style } = one;
  const { fontWeight, fontStyle, textDecorationLine, verticalAlign } = style;
  if (fontWeight) look.bold ??= /bold|[6-9]00/.test(fontWeight);
  else if (/^(B|STRONG)$/.test(tagName)) look.bold ??= true;
  // These are bold by themselves.
  if (/^(H[1-6]|TH)$/.test(tagName)) look.bold = false;
  if (fontStyle) look.italic ??= fontStyle !== 'normal';
  else if (/^(I|EM|CITE|VAR|DFN)$/.test(tagName)) look.italic ??= true;
  if (/^(U|INS)$/.test(tagName) || textDecorationLine.includes('underline')) look.underline = true;
  if (/^(S|STRIKE|DEL)$/.test(tagName) || textDecorationLine.includes('line-through')) look.strike = true;
  if (/^(CODE|KBD|SAMP|TT)$/.test(tagName)) look.code ??= true;
  if (style.fontFamily || one.hasAttribute('face')) look.code ??= isMonospace(one);
  if (tagName === 'SUB' || verticalAlign === 'sub') look.script ??= 'sub';
  if (tagName === 'SUP' || verticalAlign === 'super') look.script ??= 'sup';
  look.font ||= style.fontFamily || one.getAttribute('face') || '';
  look.size ||= style.fontSize;
}

function wrap(
  page: Document,
  text: Text,
  { code, bold, italic, underline, strike, script, ...colors }: Look,
): void {
  const tags = code
    ? ['code']
    : [bold && 'strong', italic && 'em', underline && 'u', strike && 's', script].filter((tag) => tag);
  let outer: HTMLElement | null = null;
  const within = (element: HTMLElement) => {
    (outer ?? text).before(element);
    element.append(outer ?? text);
    outer = element;
  };
  for (const tag of tags) within(page.createElement(tag as string));
  if (code || !(colors.color || colors.background)) return;
  const span = page.createElement('span');
  span.style.color = colors.color ?? '';
  span.style.backgroundColor = colors.background ?? '';
  within(span);
}
