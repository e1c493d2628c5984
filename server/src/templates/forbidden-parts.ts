import type { CheerioAPI } from 'cheerio';
import type { AnyNode, Element } from 'domhandler';
import { parseDocument } from 'htmlparser2';

/** A part of a template that is not sent. `name`: of the element (`script`) or the attribute (`onclick`). */
export type ForbiddenPart = { name: string; element: Element; kind: 'element' | 'tags' | 'attribute' };

/** Removed with what is in them: they run, load a document, or ask for input, which mail clients do not show. */
const elements = 'script iframe frame frameset object embed applet base input select textarea'.split(' ');
/** Of these only the tags are removed. */
const wrappers = ['form'];
const urlAttributes = /^(?:href|src|action|background|data|poster|xlink:href)$/;
const runningUrl = /^(?:javascript|vbscript|data:text\/html)/i;

/** What mail must not have, in the order of the document. Outlook's conditional comments are not examined. */
export function forbiddenParts($: CheerioAPI): ForbiddenPart[] {
  const found: ForbiddenPart[] = [];
  for (const node of $('*').get()) {
    if (!isElement(node)) continue;
    if (elements.includes(node.name) || isRefresh(node)) {
      found.push({ name: node.name, element: node, kind: 'element' });
      continue;
    }
    if (wrappers.includes(node.name)) found.push({ name: node.name, element: node, kind: 'tags' });
    for (const [name, value] of Object.entries(node.attribs)) {
      const runs = /^on[a-z]/.test(name) || name === 'formaction' || name === 'srcdoc';
      if (runs || (urlAttributes.test(name) && runningUrl.test(withoutControls(decoded(value)))))
        found.push({ name, element: node, kind: 'attribute' });
    }
  }
  return found;
}

/** Removes what mail must not have: clients drop it, and filters take it for an attack. */
export function removeForbiddenParts($: CheerioAPI): void {
  for (const { name, element, kind } of forbiddenParts($)) {
    if (kind === 'attribute') $(element).removeAttr(name);
    else if (kind === 'tags') $(element).replaceWith($(element).contents());
    else $(element).remove();
  }
}

/** Scripts and style sheets are elements of other types than `tag`. */
function isElement(node: AnyNode): node is Element {
  return node.type === 'tag' || node.type === 'script' || node.type === 'style';
}

function isRefresh({ name, attribs }: Element): boolean {
  return name === 'meta' && /^\s*refresh/i.test(attribs['http-equiv'] ?? '');
}

/** Attributes are parsed with their entities as they are written. */
function decoded(value: string): string {
  if (!value.includes('&')) return value;
  const [element] = parseDocument(`<a title="${value.replaceAll('"', '&quot;')}">`).children;
  return (element as Element).attribs.title ?? '';
}

/** Browsers ignore white space and control characters within a scheme (WHATWG URL, section 4.4). */
function withoutControls(url: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return url.replace(/[\u0000-\u0020]/g, '');
}
