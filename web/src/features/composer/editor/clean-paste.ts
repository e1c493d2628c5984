/**
 * Pasted HTML in a form that the editor can parse. Word writes lists as paragraphs with bullet characters; Word
 * and Gmail add styles, comments and elements of their own. The editor's schema drops what remains.
 */
export function cleanPastedHtml(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const comments = document.createNodeIterator(page, NodeFilter.SHOW_COMMENT);
  for (let one = comments.nextNode(); one; one = comments.nextNode()) (one as Comment).remove();
  for (const one of page.querySelectorAll('style, script, meta, link, title, xml')) one.remove();
  for (const one of [...page.body.querySelectorAll('*')]) {
    // Word's own elements (o:p, w:sdt, v:shape) are replaced by their content.
    if (one.tagName.includes(':')) one.replaceWith(...one.childNodes);
  }
  convertWordLists(page);
  for (const one of page.body.querySelectorAll<HTMLElement>('span, b, font')) applyInlineMarks(one);
  for (const one of page.body.querySelectorAll('*')) {
    for (const { name } of [...one.attributes]) {
      if (!['href', 'src', 'alt', 'start'].includes(name)) one.removeAttribute(name);
    }
  }
  for (const one of page.body.querySelectorAll('p, div')) {
    if (!one.textContent?.replace(/ /g, '').trim() && !one.querySelector('img, br')) one.remove();
  }
  // Gmail writes lines as divs; a div without block elements becomes a paragraph.
  for (const one of [...page.body.querySelectorAll('div')]) {
    if (one.querySelector('div, p, ul, ol, blockquote, table')) continue;
    const line = page.createElement('p');
    line.append(...one.childNodes);
    one.replaceWith(line);
  }
  return page.body.innerHTML;
}

/** Turns the paragraphs of Word's lists into list elements. */
function convertWordLists(page: Document): void {
  let list: HTMLElement | null = null;
  for (const line of [...page.body.querySelectorAll<HTMLElement>('p[class*="MsoListParagraph"]')]) {
    const bulletSpan = line.querySelector<HTMLElement>('span[style*="mso-list"]');
    const bullet = bulletSpan?.textContent?.trim() ?? '';
    bulletSpan?.remove();
    const tag = /^(\d+|[a-z]|[ivx]+)[.)]/i.test(bullet) ? 'ol' : 'ul';
    if (!list || list.tagName.toLowerCase() !== tag || list.nextElementSibling !== line) {
      list = page.createElement(tag);
      line.before(list);
    }
    const item = page.createElement('li');
    item.append(...line.childNodes);
    line.remove();
    list.append(item);
  }
}

/** Replaces text styles by elements; Google Docs wraps everything in a `b` of normal weight. */
function applyInlineMarks(one: HTMLElement): void {
  const { fontWeight, fontStyle, textDecoration } = one.style;
  const wanted = [
    ...(/bold|[6-9]00/.test(fontWeight) && one.tagName !== 'B' ? ['strong'] : []),
    ...(fontStyle === 'italic' ? ['em'] : []),
    ...(/underline/.test(textDecoration) && !one.closest('a') ? ['u'] : []),
    ...(/line-through/.test(textDecoration) ? ['s'] : []),
  ];
  for (const tag of wanted) {
    const mark = one.ownerDocument.createElement(tag);
    mark.append(...one.childNodes);
    one.append(mark);
  }
  if (one.tagName === 'B' && /normal|400/.test(fontWeight)) one.replaceWith(...one.childNodes);
}
