/**
 * Turns the paragraphs of Word's and Outlook's lists into list elements. The style says the level
 * (`mso-list:l0 level2 lfo1`), and a span that Word marks as ignored has the bullet or number.
 */
export function convertLists(page: Document): void {
  /** The open lists, the outermost first. */
  let open: HTMLElement[] = [];
  let previous: Element | null = null;
  for (const line of page.body.querySelectorAll<HTMLElement>('p, h1, h2, h3, h4, h5, h6')) {
    const marker = [...line.querySelectorAll('span')].find((span) => isMsoList(span, /ignore/i));
    if (!marker && !/^MsoListParagraph/.test(line.className)) continue;
    const level = Number(/\blevel(\d)/i.exec(msoList(line))?.[1] ?? 1);
    const bullet = marker?.textContent?.trim() ?? '';
    marker?.remove();
    if (!previous || previous !== line.previousElementSibling) open = [];
    open.length = Math.min(open.length, level);
    const tag = /^\(?(\d+|[a-z]|[ivx]+)[.)]/i.test(bullet) ? 'OL' : 'UL';
    if (open.length === level && open[level - 1]!.tagName !== tag) open.length = level - 1;
    while (open.length < level) open.push(openList(page, { tag, bullet, line, within: open.at(-1) }));
    const item = page.createElement('li');
    item.append(...line.childNodes);
    open[level - 1]!.append(item);
    line.remove();
    previous = open[0]!;
  }
}

function isMsoList(span: Element, value: RegExp): boolean {
  return value.test(msoList(span));
}

function msoList(element: Element): string {
  return /mso-list:\s*([^;]*)/i.exec(element.getAttribute('style') ?? '')?.[1] ?? '';
}

/** A new list, in the last item of the list around it or else in place of the line. */
function openList(
  page: Document,
  { tag, bullet, line, within }: { tag: string; bullet: string; line: Element; within?: Element | undefined },
): HTMLElement {
  const list = page.createElement(tag);
  const start = Number.parseInt(bullet.replace('(', ''), 10);
  if (tag === 'OL' && start > 1) list.setAttribute('start', String(start));
  if (!within) line.before(list);
  else (within.lastElementChild ?? within.appendChild(page.createElement('li'))).append(list);
  return list;
}
