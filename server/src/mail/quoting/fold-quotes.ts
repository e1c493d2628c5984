import { type AnyNode, type Document, Element, isTag, isText, type ParentNode } from 'domhandler';
import { DomUtils } from 'htmlparser2';
import { readHtml } from '../html/read-html.ts';
import { classifyLines } from './classify-lines.ts';
import type { Line, LineKind } from './line.ts';
import type { MessageRole } from './message-role.ts';
import { markQuotedWithInitials } from './quoted-with-initials.ts';

/** Adjacent lines of one kind. The segments joined with "\n" are the original text. */
export type TextSegment = { kind: LineKind; text: string };

/** In characters; a longer message is shown in full. */
const maxFoldLength = 1_000_000;

/** Splits a plain text message into own text, quoted history and signature (docs/product.md, R7), in linear time. */
export function foldText(text: string, role: MessageRole = 'reply'): TextSegment[] {
  if (text.length > maxFoldLength) return [{ kind: 'own', text }];
  const lines = markQuotedWithInitials(
    text.split('\n').map((line) => ({ text: line.replace(/\r$/, ''), quoted: /^ {0,3}>/.test(line) })),
  );
  const kinds = classifyLines(lines, role);
  const raw = text.split('\n');
  const segments: TextSegment[] = [];
  for (const [index, kind] of kinds.entries()) {
    const last = segments.at(-1);
    if (last?.kind === kind) last.text += `\n${raw[index]}`;
    else segments.push({ kind, text: raw[index]! });
  }
  return segments;
}

/** The own text of a plain text message, trimmed: without quoted history and signature. */
export function extractOwnText(text: string, role: MessageRole = 'reply'): string {
  return foldText(text, role)
    .filter(({ kind }) => kind === 'own')
    .map((segment) => segment.text)
    .join('\n')
    .trim();
}

/**
 * An HTML message without its quoted history and signature, for display until the reader expands it.
 * Null if there is nothing to fold, or the message is too long or too deeply nested.
 */
export function foldHtml(html: string, role: MessageRole = 'reply'): string | null {
  const { document } = readHtml(html);
  return document && foldDocument(document, role);
}

/** The same of HTML that is parsed; its document changes. */
export function foldDocument(document: Document, role: MessageRole): string | null {
  const lines = linesOf(document);
  if (!lines) return null;
  const kinds = classifyLines(lines, role);
  if (!kinds.some((kind) => kind !== 'own')) return null;
  prune(document, new Set(lines.flatMap(({ nodes }, index) => (kinds[index] === 'own' ? [] : nodes))));
  return DomUtils.getOuterHTML(document, { decodeEntities: true });
}

/** An HTML message as its lines. */
export type HtmlLines = {
  lines: Line[];
  /** The message without the lines before an index. */
  from(index: number): string;
};

/** Reads the lines of an HTML message; null if it is too long or too deeply nested. */
export function htmlLines(html: string): HtmlLines | null {
  const { document } = readHtml(html);
  const lines = document && linesOf(document);
  if (!lines) return null;
  return {
    lines,
    from(index) {
      prune(document, new Set(lines.slice(0, index).flatMap(({ nodes }) => nodes)));
      return DomUtils.getOuterHTML(document, { decodeEntities: true });
    },
  };
}

/** Whether a line is quoted with ">" in HTML: a web mail program forwarded what a plain text program had quoted. */
function beginsQuoted(before: string, text: string): boolean {
  return before.length < 10 && /^\s*>/.test(before + text.slice(0, 10));
}

type HtmlLine = Line & { nodes: AnyNode[]; belowOutlookRule?: boolean };

const blocks = new Set(
  'address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);
const nonTextElements = new Set(['head', 'script', 'style', 'template', 'title']);
/** Real mail stays below 100 levels; a message nested deeper is shown in full. */
const maxDepth = 400;

/** The lines of a document as displayed, each with its nodes; null if it is nested too deep. */
function linesOf(document: Document): HtmlLine[] | null {
  const lines: HtmlLine[] = [{ text: '', quoted: false, nodes: [] }];
  let nodes = 0;
  let cut = false;
  let belowOutlookRule = false;
  let signature: Element | null = null;
  const add = (node: AnyNode, text: string, quoted: boolean) => {
    const line = lines.at(-1)!;
    if (text.trim() !== '') {
      line.signature = (line.signature ?? true) && signature !== null;
      line.cut ||= cut;
      cut = false;
      if (belowOutlookRule) line.belowOutlookRule = true;
      belowOutlookRule = false;
    }
    line.nodes.push(node);
    // Only the beginning of a line is examined.
    if (line.text.length < 2_000) line.text += text.slice(0, 2_000);
    line.quoted = quoted || line.quoted;
  };
  const breakLine = (quoted: boolean) => {
    const last = lines.at(-1)!;
    if (last.nodes.length > 0) lines.push({ text: '', quoted, nodes: [] });
    else last.quoted = quoted;
  };
  const walk = (node: AnyNode, depth: number, quoted: boolean): boolean => {
    nodes += 1;
    if (depth > maxDepth || nodes > 500_000) return false;
    if (isText(node)) {
      const text = node.data.replace(/[\s\u00a0]+/g, ' ');
      if (text !== '')
        add(
          node,
          lines.at(-1)!.text === '' ? text.trimStart() : text,
          quoted || beginsQuoted(lines.at(-1)!.text, text),
        );
      return true;
    }
    if (!isTag(node))
      return !('children' in node) || node.children.every((child) => walk(child, depth + 1, quoted));
    if (nonTextElements.has(node.name)) return true;
    const inside = quoted || isQuotation(node);
    const block = blocks.has(node.name);
    if (block) breakLine(inside);
    cut ||= startsQuotedHistory(node);
    belowOutlookRule ||= outlookRuleStyle.test(node.attribs.style ?? '');
    const outermost = signature === null && isSignature(node);
    if (outermost) signature = node;
    if (node.name === 'br' || node.name === 'hr') add(node, node.name === 'hr' ? '_____' : '', quoted);
    if (node.name === 'img') add(node, ' [image] ', quoted);
    const done = node.children.every((child) => walk(child, depth + 1, inside));
    if (outermost) signature = null;
    if (block || node.name === 'br') breakLine(quoted);
    return done;
  };
  if (!walk(document, 0, false)) return null;
  return markRuledHeaders(markPlainQuotations(lines.filter((line) => line.nodes.length > 0)));
}

const noIdOrClasses = { id: '', classes: [] };

/** The id and the classes of an element, without the prefixes that web mail programs add when they display mail. */
function idAndClasses({ attribs }: Element): { id: string; classes: string[] } {
  if (!attribs.id && !attribs.class) return noIdOrClasses; // as nearly all are
  const withoutWebmailPrefix = (mark: string) =>
    mark.replace(/^((x|m_-?\d+|ecx|yiv\d+|ydp[\da-f]+|gmail-m_-?\d+)_?)+(?=[A-Za-z])/, '');
  return {
    id: withoutWebmailPrefix(attribs.id ?? ''),
    classes: (attribs.class ?? '').split(/\s+/).map(withoutWebmailPrefix),
  };
}

/** Marks that everything from here on is quoted, by Outlook on the web, on phones and for Mac. */
function startsQuotedHistory(element: Element): boolean {
  return /^(divRplyFwdMsg|mail-editor-reference-message-container)$/.test(idAndClasses(element).id);
}

/** The border that Outlook for Windows draws above the header of what it quotes. */
const outlookRuleStyle = /border-top:\s*solid #(e1e1e1|b5c4df) 1\.0pt/i;

/** Below that border, three or more fields are such a header, in any language. */
function markRuledHeaders(lines: HtmlLine[]): HtmlLine[] {
  for (const [index, line] of lines.entries()) {
    if (!line.belowOutlookRule) continue;
    const head = lines.slice(index, index + 8).filter(({ text }) => /^\s*[^:：]{1,30}[:：]\s*\S/.test(text));
    if (head[0] === line && head.length >= 3) line.cut = true;
  }
  return lines;
}

/** Elements by which programs mark a signature. */
function isSignature(element: Element): boolean {
  const { id, classes } = idAndClasses(element);
  return (
    element.attribs.name === 'messageSignatureSection' ||
    [id, ...classes].some((each) => signatureMark.test(each))
  );
}

const signatureMark =
  /(^|[-_])(signature|bloop_sign|mb_sig)([-_]|$)|^(AppleMailSignature|lineBreakAtBeginningOfSignature)$/i;

/** Elements by which programs mark what they quote. */
function isQuotation(element: Element): boolean {
  const { name, attribs } = element;
  const { id, classes } = idAndClasses(element);
  if (
    id === 'OLK_SRC_BODY_SECTION' ||
    id === 'reply-intro' ||
    classes.some((each) => quotingClasses.has(each)) ||
    attribs.name === 'quote'
  )
    return true;
  if (name !== 'blockquote') return false;
  // A bare blockquote may be own text: Gmail's indent button creates them.
  return (
    classes.includes('gmail_quote') ||
    attribs.type === 'cite' ||
    attribs.cite !== undefined ||
    /border-left(-width)?\s*:\s*(?!none|0)/i.test(attribs.style ?? '')
  );
}

const quotingClasses = new Set([
  'yahoo_quoted',
  'protonmail_quote',
  'moz-cite-prefix',
  'zmail_extra',
  'tutanota_quote',
  'gmail_attr',
  'missive_quote',
  'front-blockquote',
  'airmail_on',
  'cm_quote',
  'yahoo-quoted-begin',
  'iosymail',
]);

/** A bare blockquote directly after an attribution is a quotation, as Yandex and others write it. */
function markPlainQuotations(lines: HtmlLine[]): HtmlLine[] {
  for (const [index, line] of lines.entries()) {
    if (line.quoted || !/[:：]\s*$/.test(line.text) || !/\d/.test(line.text)) continue;
    const next = lines.slice(index + 1, index + 6).find(({ text }) => text.trim() !== '');
    const quotation = next && enclosingQuotation(next.nodes[0]!);
    if (!quotation) continue;
    for (let at = lines.indexOf(next, index); at < lines.length; at += 1) {
      if (enclosingQuotation(lines[at]!.nodes[0]!) !== quotation) break;
      lines[at]!.quoted = true;
    }
  }
  return lines;
}

/** The outermost blockquote around a node. */
function enclosingQuotation(node: AnyNode): Element | null {
  let found: Element | null = null;
  for (let at = node.parent; at; at = at.parent)
    if (at instanceof Element && at.name === 'blockquote') found = at;
  return found;
}

/** Removes nodes, and elements around them that become empty; returns whether `parent` itself did. */
function prune(parent: ParentNode, removed: Set<AnyNode>): boolean {
  let removedAny = false;
  parent.children = parent.children.filter((child) => {
    const isRemoved = removed.has(child) || (isTag(child) && prune(child, removed));
    removedAny ||= isRemoved;
    return !isRemoved;
  });
  return removedAny && !parent.children.some(showsSomething);
}

function showsSomething(node: AnyNode): boolean {
  if (isText(node)) return node.data.trim() !== '';
  return (
    isTag(node) &&
    !nonTextElements.has(node.name) &&
    (node.children.length > 0 || node.name === 'img' || node.name === 'hr')
  );
}
