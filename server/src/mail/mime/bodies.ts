import { textFromHtml } from '../html/text-from-html.ts';
import { decodeCharset } from './charsets.ts';
import { textFromEnriched } from './enriched.ts';
import { unflow } from './flowed.ts';
import type { MimePart } from './mime-tree.ts';
import { decodedText, recoverMultipart } from './recover-damaged.ts';

/** Which parts are the body, as text and as HTML, and which are attachments. */
type BodyParts = {
  text: MimePart[];
  html: MimePart[];
  attachments: Array<{ part: MimePart; related: boolean }>;
  recovering?: boolean;
};

/** No reader reads more; the rest stays in the raw message. */
const maxTextBytes = 10 * 1024 * 1024;

/** Sorts the parts into body and attachments as JMAP does (RFC 8621 §4.1.4). */
export function sortParts(root: MimePart): BodyParts {
  const bodyParts: BodyParts = { text: [], html: [], attachments: [] };
  sortInto([root], 'mixed', false, bodyParts);
  return bodyParts;
}

function sortInto(parts: MimePart[], multipart: string, inAlternative: boolean, bodyParts: BodyParts): void {
  const alternative = multipart === 'alternative';
  const before = { text: bodyParts.text.length, html: bodyParts.html.length };
  // Below an alternative, what follows a plain part belongs to the plain form, and likewise for HTML.
  let alternativeKind: 'both' | 'text' | 'html' = 'both';
  const first = multipart === 'related' ? rootOf(parts) : 0;
  for (const [index, part] of parts.entries()) {
    const recovered = bodyParts.recovering ? null : recoverMultipart(part);
    const effectivePart = recovered ?? part;
    const type = effectivePart.contentType.value;
    if (effectivePart.children.length > 0) {
      // Once: what is recovered may hold as much again, and so on.
      if (recovered) bodyParts.recovering = true;
      sortInto(
        effectivePart.children,
        type.slice('multipart/'.length),
        inAlternative || alternative,
        bodyParts,
      );
      if (recovered) bodyParts.recovering = false;
    } else if (alternative && isRedundantAlternative(part, parts)) {
      // It says again what its neighbours say, in a form that programs of today do not write.
    } else if (isBodyText(part, multipart, index === first)) {
      const partKind = type === 'text/html' ? 'html' : 'text';
      if (alternative) alternativeKind = partKind;
      else if (inAlternative && alternativeKind === 'both') alternativeKind = partKind;
      if (alternativeKind !== 'html') bodyParts.text.push(part);
      if (alternativeKind !== 'text') bodyParts.html.push(part);
    } else if (!isEmptyMultipart(part)) {
      bodyParts.attachments.push({ part, related: multipart === 'related' });
    }
  }
  if (!alternative) return;
  // An alternative in one form only stands for both.
  if (bodyParts.text.length === before.text) bodyParts.text.push(...bodyParts.html.slice(before.html));
  else if (bodyParts.html.length === before.html) bodyParts.html.push(...bodyParts.text.slice(before.text));
}

/** The place of the part that a related's others serve (RFC 2387 §3.2): the first, or the first with words. */
function rootOf(parts: MimePart[]): number {
  const hasText = ({ contentType: { value } }: MimePart) =>
    value.startsWith('multipart/') || value === 'text/html' || value === 'text/plain';
  return Math.max(0, parts.findIndex(hasText));
}

const enriched = new Set(['text/enriched', 'text/richtext']);

function isRedundantAlternative(part: MimePart, among: MimePart[]): boolean {
  return (
    enriched.has(part.contentType.value) &&
    among.some(({ contentType: { value } }) => value === 'text/plain' || value === 'text/html')
  );
}

/** Words to read in place, rather than a file that happens to be text. */
function isBodyText(part: MimePart, multipart: string, first: boolean): boolean {
  const { value, parameters } = part.contentType;
  // A multipart without one boundary is shown rather than lost.
  if (value.startsWith('multipart/') && part.body.length > 0) return true;
  if (!['text/plain', 'text/html', 'text/markdown', ...enriched].includes(value)) return false;
  if (part.disposition?.value === 'attachment') return false;
  if (first) return true;
  const named = parameters.has('name') || Boolean(part.disposition?.parameters.has('filename'));
  return multipart !== 'related' && !named;
}

/** What is left of a multipart whose boundary never came, or that is empty. */
function isEmptyMultipart(part: MimePart): boolean {
  return part.contentType.value.startsWith('multipart/') && part.body.length === 0;
}

/** The text body: what was sent as text, and HTML as text where both are mixed. Null where all is HTML. */
export function textBody(parts: MimePart[]): string | null {
  if (!parts.some(isPlain)) return null;
  return parts.map((part) => (isPlain(part) ? readText(part) : textFromHtml(readText(part)))).join('\n');
}

/** The HTML body, with plain parts between as paragraphs that keep their lines. Null where all is text. */
export function htmlBody(parts: MimePart[]): string | null {
  if (parts.every(isPlain)) return null;
  return parts
    .map((part) =>
      isPlain(part)
        ? `<div style="white-space: pre-wrap">${escapeHtml(readText(part))}</div>`
        : readText(part),
    )
    .join('\n');
}

function isPlain(part: MimePart): boolean {
  return part.contentType.value !== 'text/html';
}

/** A text part as text: transfer encoding, character set, line ends and format=flowed undone. */
export function readText(part: MimePart): string {
  const bytes = decodedText(part).subarray(0, maxTextBytes);
  const { value, parameters } = part.contentType;
  const label = parameters.get('charset') ?? '';
  const isUninformative = label === '' || /^us-ascii$/i.test(label);
  const charset = (isUninformative && value === 'text/html' && charsetInHtml(bytes)) || label;
  const text = decodeCharset(bytes, charset).replace(/\r\r?\n|\r/g, '\n');
  if (value === 'text/enriched') return textFromEnriched(text, 'enriched');
  if (value === 'text/richtext') return textFromEnriched(text, 'richtext');
  const flowed = value === 'text/plain' && parameters.get('format')?.toLowerCase() === 'flowed';
  return flowed ? unflow(text, parameters.get('delsp')?.toLowerCase() === 'yes') : text;
}

/** The character set an HTML part states in itself, where its header states none. */
function charsetInHtml(bytes: Buffer): string {
  const head = bytes.toString('latin1', 0, 2048);
  const charset = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1] ?? '';
  // What could be read until here is not UTF-16, whatever it says (HTML §13.2.3.2).
  return /^(utf-?16|unicode|ucs-2)/i.test(charset) ? '' : charset;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
