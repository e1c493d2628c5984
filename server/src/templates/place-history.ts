import type { CheerioAPI } from 'cheerio';
import type { AnyNode, Element } from 'domhandler';

/** Comments that mark where the draft and the signature end, until the quoted messages are placed. */
export const draftEnd = '<!--postroom-draft-end-->';
export const signatureEnd = '<!--postroom-signature-end-->';

const containers = 'td th div section article main center blockquote fieldset li body'.split(' ');

/**
 * Puts quoted messages inside the frame of a template: at the end of the cell or block that holds the draft, and
 * below a signature in the same cell. Behind the template they would stand on its background, as wide as the window.
 */
export function placeHistory($: CheerioAPI, html: string): void {
  const [draft] = marks($, draftEnd).slice(-1);
  const [signature] = marks($, signatureEnd).slice(-1);
  const container = draft && containerOf(draft, signature);
  if (container) $(container).append(html);
  else if ($('body').length > 0) $('body').append(html);
  else $.root().append(html);
  for (const mark of [...marks($, draftEnd), ...marks($, signatureEnd)]) $(mark).remove();
}

function marks($: CheerioAPI, mark: string): AnyNode[] {
  return $.root()
    .find('*')
    .addBack()
    .contents()
    .get()
    .filter((node) => node.type === 'comment' && `<!--${node.data}-->` === mark);
}

function containerOf(draft: AnyNode, signature: AnyNode | undefined): Element | null {
  const around = ancestors(draft);
  const nearest = around.findIndex(({ name }) => containers.includes(name));
  if (nearest === -1) return null;
  const withSignature = new Set(signature ? ancestors(signature) : []);
  for (const element of around.slice(nearest)) {
    // What is outside of a cell is another part of the layout.
    if (/^(?:tr|tbody|table|body|html)$/.test(element.name)) break;
    if (withSignature.has(element) && containers.includes(element.name)) return element;
  }
  return around[nearest]!;
}

function ancestors(node: AnyNode): Element[] {
  const found: Element[] = [];
  for (let at = node.parent; at; at = at.parent) if (at.type === 'tag') found.push(at as Element);
  return found;
}
