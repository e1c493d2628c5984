import { type AnyNode, type Document, DomHandler, isComment, isTag, isText, type Text } from 'domhandler';
import { DomUtils, Parser } from 'htmlparser2';

/** A range of a text to redact (UTF-16 indexes, end exclusive), and its replacement. */
export type Match = { start: number; end: number; replacement: string };

/** Finds the ranges to redact, in order and without overlap. */
export type Finder = (text: string) => Match[];

/** Replaces redacted text, the same in every language. */
export const redactionMark = '█████';

/** Redacts a text; returns it unchanged if nothing is found. */
export function redactText(text: string, find: Finder): string {
  let from = 0;
  let redacted = '';
  for (const { start, end, replacement } of find(text)) {
    redacted += text.slice(from, start) + replacement;
    from = end;
  }
  return from === 0 ? text : redacted + text.slice(from);
}

/** Redacts every string in a JSON value, except keys. */
export function redactJson<Value>(value: Value, find: Finder): Value {
  if (typeof value === 'string') return redactText(value, find) as Value;
  if (Array.isArray(value)) return value.map((one) => redactJson(one, find)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactJson(one, find)])) as Value;
}

export type RedactedHtml = {
  /** Null if something is found in HTML nested so deep that it cannot be serialized: leave it out. */
  html: string | null;
  /** The number of matches. */
  count: number;
};

/**
 * Redacts HTML: its visible text (also across elements), attributes, comments and style sheets. Returns
 * it unchanged if nothing is found.
 */
export function redactHtml(html: string, find: Finder): RedactedHtml {
  const document = parse(html);
  if (!document) {
    const count = find(html.replace(/<[^<>]*>/g, ' ')).length + find(html.replace(/<[^<>]*>/g, '')).length;
    return count > 0 ? { html: null, count } : { html, count };
  }
  const { fullText, pieces, hiddenTexts } = textOf(document);
  const found = find(fullText);
  replaceMatches(found, pieces);
  let count = found.length;
  for (const text of hiddenTexts) {
    if (find(text.data).length === 0) continue;
    count += 1;
    text.data = '';
  }
  count += cleanAttributes(document, find);
  const comments = DomUtils.filter(isComment, document.children);
  count += comments.filter((comment) => isComment(comment) && find(comment.data).length > 0).length;
  if (count === 0) return { html, count };
  // Conditional comments repeat the visible text for Outlook, between tags of their own.
  for (const comment of comments) DomUtils.removeElement(comment);
  return { html: DomUtils.getOuterHTML(document, { decodeEntities: true, encodeEntities: 'utf8' }), count };
}

/** Deeper than real mail; serializing it could overflow the stack. */
const maxDepth = 800;

class BoundedHandler extends DomHandler {
  override onopentag(name: string, attribs: Record<string, string>): void {
    if (this.tagStack.length > maxDepth) throw new RangeError('nested too deep');
    super.onopentag(name, attribs);
  }
}

function parse(html: string): Document | null {
  const handler = new BoundedHandler();
  try {
    new Parser(handler).end(html);
    return handler.root;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const blockElements = new Set(
  'address article aside blockquote body br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);
const unreadElements = new Set(['script', 'style', 'template', 'title']);

/** A text node, and the index of its text in the text of the document. */
type TextPiece = { node: Text; from: number };

/** The visible text of a document in one string, with line breaks around block elements, and its hidden text nodes. */
function textOf(document: Document): { fullText: string; pieces: TextPiece[]; hiddenTexts: Text[] } {
  const pieces: TextPiece[] = [];
  const hiddenTexts: Text[] = [];
  const all: string[] = [];
  let length = 0;
  const add = (text: string) => {
    all.push(text);
    length += text.length;
  };
  const walk = (node: AnyNode, isHidden: boolean) => {
    if (isText(node)) {
      if (isHidden) hiddenTexts.push(node);
      else {
        pieces.push({ node, from: length });
        add(node.data);
      }
      return;
    }
    if (!('children' in node)) return;
    const block = isTag(node) && blockElements.has(node.name);
    if (block) add('\n');
    for (const child of node.children)
      walk(child, isHidden || (isTag(node) && unreadElements.has(node.name)));
    if (block) add('\n');
  };
  walk(document, false);
  return { fullText: all.join(''), pieces, hiddenTexts };
}

/** Removes the matches from their text nodes; the replacement goes into the first node of each. */
function replaceMatches(found: Match[], pieces: TextPiece[]): void {
  const lengths = pieces.map(({ node }) => node.data.length);
  let last = pieces.length - 1;
  for (const { start, end, replacement } of found.toReversed()) {
    while (last > 0 && pieces[last]!.from >= end) last -= 1;
    for (let at = last; at >= 0; at -= 1) {
      const { node, from } = pieces[at]!;
      if (from + lengths[at]! <= start) break;
      const [startInNode, endInNode] = [Math.max(start - from, 0), Math.min(end - from, lengths[at]!)];
      const first = from <= start;
      const tail = node.data.slice(endInNode);
      node.data = node.data.slice(0, startInNode) + (first ? replacement : '') + tail;
      // The text before `startInNode` is unchanged; an earlier match ends there at the latest.
      lengths[at] = startInNode;
    }
  }
}

function cleanAttributes(document: Document, find: Finder): number {
  let count = 0;
  for (const element of DomUtils.filter(isTag, document.children)) {
    if (!isTag(element)) continue;
    for (const [name, value] of Object.entries(element.attribs)) {
      if (find(value).length > 0) element.attribs[name] = redactText(value, find);
      else if (find(unescaped(value)).length > 0) delete element.attribs[name];
      else continue;
      count += 1;
    }
  }
  return count;
}

function unescaped(address: string): string {
  if (!address.includes('%')) return '';
  try {
    return decodeURIComponent(address.replaceAll('+', ' '));
  } catch {
    return '';
  }
}
