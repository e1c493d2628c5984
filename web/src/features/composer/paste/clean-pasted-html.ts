import { applyStyleSheets } from './apply-style-sheets.ts';
import { convertCode } from './code.ts';
import { convertLists } from './lists.ts';
import type { LeftOut, Pasted } from './pasted.ts';
import { convertPictures, type PictureSource } from './pictures.ts';
import { convertTables } from './tables.ts';
import { markTexts } from './text-marks.ts';

/**
 * Pasted HTML in the form that the editor parses: with the tables, headings, lists, code, colors and pictures
 * that mail can carry, and without the styles and elements of the program that it comes from.
 */
export function cleanPastedHtml(html: string, pictures: PictureSource): Pasted {
  const page = new DOMParser().parseFromString(html, 'text/html');
  applyStyleSheets(page);
  const pasted: Pasted = { html: '', uploads: [], leftOut: new Set(), remoteHosts: new Set() };
  removeUnshown(page);
  removeUnsendable(page, pasted.leftOut);
  convertPictures(page, pictures, pasted);
  convertLists(page);
  convertCode(page);
  convertTables(page);
  convertHeadings(page);
  if (markTexts(page)) pasted.leftOut.add('fonts');
  removeAttributes(page);
  convertLines(page);
  pasted.html = page.body.innerHTML;
  return pasted;
}

function removeUnshown(page: Document): void {
  const comments = page.createNodeIterator(page, NodeFilter.SHOW_COMMENT);
  for (let one = comments.nextNode(); one; one = comments.nextNode()) (one as Comment).remove();
  for (const one of page.querySelectorAll('style, script, template, meta, link, title, xml, noscript')) {
    one.remove();
  }
  for (const one of page.body.querySelectorAll<HTMLElement>('*')) {
    const { display, visibility } = one.style;
    const isHidden = display === 'none' || visibility === 'hidden' || one.hidden;
    if (isHidden || /mso-hide:\s*all/i.test(one.getAttribute('style') ?? '')) one.remove();
  }
  for (const one of [...page.body.querySelectorAll('*')]) {
    // Word's own elements (o:p, w:sdt, v:shape) are replaced by their content.
    if (one.tagName.includes(':')) one.replaceWith(...one.childNodes);
  }
}

const unsendable: Array<[LeftOut, string]> = [
  ['media', 'video, audio'],
  ['pages', 'iframe, object, embed, frame'],
  ['forms', 'input:not([type=hidden]), select, textarea'],
  ['drawings', 'svg, canvas'],
];
/** In pixels; a smaller drawing is an icon beside words. */
const smallestDrawing = 48;

function removeUnsendable(page: Document, leftOut: Set<LeftOut>): void {
  for (const [kind, selector] of unsendable) {
    for (const one of page.body.querySelectorAll<HTMLElement>(selector)) {
      const isIcon = kind === 'drawings' && !(sizeOf(one) >= smallestDrawing);
      one.remove();
      if (!isIcon) leftOut.add(kind);
    }
  }
}

function sizeOf(one: HTMLElement): number {
  return Number.parseFloat(one.getAttribute('width') || one.style.width);
}

/** The editor has three levels of headings; Word's title is a heading as well. */
function convertHeadings(page: Document): void {
  for (const one of page.body.querySelectorAll('h4, h5, h6, p.MsoTitle, [role=heading]')) {
    const level = Math.min(3, Number(/^H(\d)/.exec(one.tagName)?.[1] ?? one.getAttribute('aria-level') ?? 1));
    const heading = page.createElement(`h${level || 1}`);
    heading.append(...one.childNodes);
    heading.style.textAlign = (one as HTMLElement).style.textAlign;
    one.replaceWith(heading);
  }
}

/** `data-pm-slice` is the editor's own: how a part of a text joins the text around it. */
const kept = ['href', 'src', 'alt', 'width', 'start', 'colspan', 'rowspan', 'data-pm-slice'];

function removeAttributes(page: Document): void {
  for (const one of page.body.querySelectorAll<HTMLElement>('*')) {
    const align = one.style.textAlign || one.getAttribute('align') || '';
    const { backgroundColor } = one.style;
    const isMarked = one.tagName === 'SPAN';
    for (const { name } of [...one.attributes]) {
      if (!kept.includes(name) && !(isMarked && name === 'style')) one.removeAttribute(name);
    }
    if (one.tagName !== 'IMG') one.removeAttribute('width');
    if (one.matches('p, h1, h2, h3, td, th') && /^(center|right)$/.test(align)) one.style.textAlign = align;
    if (one.matches('td, th')) one.style.backgroundColor = backgroundColor;
    if (one.getAttribute('style') === '') one.removeAttribute('style');
  }
}

function convertLines(page: Document): void {
  for (const one of page.body.querySelectorAll('p, div')) {
    if (!one.textContent?.replace(/\u00a0/g, '').trim() && !one.querySelector('img, br, hr, table'))
      one.remove();
  }
  // Gmail writes lines as divs; a div without block elements becomes a paragraph.
  for (const one of [...page.body.querySelectorAll('div')]) {
    if (one.querySelector('div, p, ul, ol, blockquote, table, pre, h1, h2, h3, hr')) continue;
    const line = page.createElement('p');
    line.append(...one.childNodes);
    one.replaceWith(line);
  }
}
