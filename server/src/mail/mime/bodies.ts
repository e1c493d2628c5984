import { closeUnclosed } from '../html/close-unclosed.ts';
import { escapeHtml } from '../html/escape-html.ts';
import { textFromHtml } from '../html/text-from-html.ts';
import { decodeCharset, isInformative } from './charsets.ts';
import { charsetsIn } from './encoded-words.ts';
import { textFromEnriched } from './enriched.ts';
import { unflow } from './flowed.ts';
import { leavesOf, type MimePart } from './mime-tree.ts';
import { signedContent } from './protection.ts';
import { decodedText, recoverMultipart } from './recover-damaged.ts';

/** The parts that make the plain text body, the HTML body and the attachments. */
type BodyParts = {
  text: MimePart[];
  html: MimePart[];
  attachments: Array<{ part: MimePart; related: boolean }>;
  /** Inside a multipart whose boundaries had to be guessed. */
  recovering?: boolean;
  /** In how many signed parts (S/MIME) this is. */
  signatures: number;
};

/** A message may be signed, encrypted and signed again (RFC 2634 §1.1); more is hostile. */
const maxSignatures = 3;

/** Longer text parts are cut here; the raw message keeps the rest. */
const maxTextBytes = 10 * 1024 * 1024;

/** Sorts the parts of a message into bodies and attachments by the algorithm of JMAP (RFC 8621 §4.1.4). */
export function sortParts(root: MimePart): BodyParts {
  const bodyParts: BodyParts = { text: [], html: [], attachments: [], signatures: 0 };
  sortInto([root], 'mixed', 'both', bodyParts);
  return bodyParts;
}

/** To which body the texts of a multipart belong: within an alternative, each of its branches is one form of the text. */
type Form = 'both' | 'text' | 'html';

function sortInto(parts: MimePart[], multipart: string, form: Form, bodyParts: BodyParts): void {
  const alternative = multipart === 'alternative';
  const before = { text: bodyParts.text.length, html: bodyParts.html.length };
  const first = multipart === 'related' ? rootOf(parts) : 0;
  for (const [index, outerPart] of parts.entries()) {
    const signed = bodyParts.signatures < maxSignatures ? signedContent(outerPart) : null;
    if (signed) {
      bodyParts.signatures += 1;
      sortInto([signed], 'mixed', alternative ? formOf(signed) : form, bodyParts);
      bodyParts.signatures -= 1;
      continue;
    }
    const recovered = bodyParts.recovering ? null : recoverMultipart(outerPart);
    const part = recovered ?? outerPart;
    const type = part.contentType.value;
    const partForm = alternative ? formOf(part) : form;
    if (part.children.length > 0) {
      // Only one level: a recovered multipart may contain another damaged one, and so on without end.
      if (recovered) bodyParts.recovering = true;
      sortInto(part.children, type.slice('multipart/'.length), partForm, bodyParts);
      if (recovered) bodyParts.recovering = false;
    } else if (alternative ? isRedundantAlternative(part, parts) : isPgpVersion(part, multipart)) {
      // Not shown: see there.
    } else if (isBodyText(part, multipart, index === first)) {
      if (partForm !== 'html') bodyParts.text.push(part);
      if (partForm !== 'text') bodyParts.html.push(part);
    } else if (!isEmptyMultipart(part)) {
      bodyParts.attachments.push({ part, related: multipart === 'related' });
    }
  }
  if (!alternative || form !== 'both') return;
  // An alternative that has only one form is used for both bodies.
  if (bodyParts.text.length === before.text) bodyParts.text.push(...bodyParts.html.slice(before.html));
  else if (bodyParts.html.length === before.html) bodyParts.html.push(...bodyParts.text.slice(before.text));
}

function formOf(part: MimePart): Form {
  return leavesOf(part).some(({ contentType }) => contentType.value === 'text/html') ? 'html' : 'text';
}

/** The index of the root part of a multipart/related (RFC 2387 §3.2): the first part that can hold text, else the first. */
function rootOf(parts: MimePart[]): number {
  const hasText = ({ contentType: { value } }: MimePart) =>
    value.startsWith('multipart/') || value === 'text/html' || value === 'text/plain';
  return Math.max(0, parts.findIndex(hasText));
}

const enriched = new Set(['text/enriched', 'text/richtext']);

const forOtherPrograms = new Set([...enriched, 'text/x-amp-html', 'text/watch-html']);

/** Whether the same content is in a plain text or HTML alternative, which is shown. */
function isRedundantAlternative(part: MimePart, among: MimePart[]): boolean {
  return (
    forOtherPrograms.has(part.contentType.value) &&
    among.some(({ contentType: { value } }) => value === 'text/plain' || value === 'text/html')
  );
}

/** The first part of PGP/MIME says only that the message is encrypted (RFC 3156 §4). */
function isPgpVersion(part: MimePart, multipart: string): boolean {
  return multipart === 'encrypted' && part.contentType.value === 'application/pgp-encrypted';
}

/** Whether a part is text of the message itself, and not an attached text file. */
function isBodyText(part: MimePart, multipart: string, first: boolean): boolean {
  const { value, parameters } = part.contentType;
  // A multipart in which no boundary was found is shown as text, so that nothing is lost.
  if (value.startsWith('multipart/') && part.body.length > 0) return true;
  if (!['text/plain', 'text/html', 'text/markdown', ...enriched].includes(value)) return false;
  if (part.disposition?.value === 'attachment') return false;
  if (first) return true;
  const named = parameters.has('name') || Boolean(part.disposition?.parameters.has('filename'));
  return multipart !== 'related' && !named;
}

/** A multipart without any part and without a body. */
function isEmptyMultipart(part: MimePart): boolean {
  return part.contentType.value.startsWith('multipart/') && part.body.length === 0;
}

/** The plain text body, with HTML parts between converted to text. Null if every part is HTML. */
export function textBody(parts: MimePart[], hint: string): string | null {
  if (!parts.some(isPlain)) return null;
  return parts
    .map((part) => (isPlain(part) ? readText(part, hint) : textFromHtml(closeUnclosed(readText(part, hint)))))
    .join('\n');
}

/** The HTML body, with plain text parts between as blocks that keep their line breaks. Null if every part is plain text of that body. */
export function htmlBody({ html: parts, text }: BodyParts, hint: string): string | null {
  const inText = new Set(text);
  if (parts.every((part) => isPlain(part) && inText.has(part))) return null;
  return parts
    .map((part) =>
      isPlain(part)
        ? `<div style="white-space: pre-wrap">${escapeHtml(readText(part, hint))}</div>`
        : closeUnclosed(readText(part, hint)),
    )
    .join('\n');
}

function isPlain(part: MimePart): boolean {
  return part.contentType.value !== 'text/html';
}

/**
 * The text of a part: transfer encoding and character set decoded, line ends as "\n", format=flowed unwrapped.
 * `hint`: see charsetHint.
 */
export function readText(part: MimePart, hint = ''): string {
  const bytes = decodedText(part).subarray(0, maxTextBytes);
  const { value, parameters } = part.contentType;
  const label = parameters.get('charset') ?? '';
  const charset = isInformative(label) ? label : (value === 'text/html' && charsetInHtml(bytes)) || label;
  const text = decodeCharset(bytes, charset, hint).replace(/\r\r?\n|\r/g, '\n');
  if (value === 'text/enriched') return textFromEnriched(text, 'enriched');
  if (value === 'text/richtext') return textFromEnriched(text, 'richtext');
  const flowed = value === 'text/plain' && parameters.get('format')?.toLowerCase() === 'flowed';
  return flowed ? unflow(text, parameters.get('delsp')?.toLowerCase() === 'yes') : text;
}

/** More parts and fields are not asked for their character set. */
const maxHintSources = 100;

/**
 * The first character set that a message names for any text of its own, in its parts or in the encoded words of
 * its header, other than UTF-8 and ASCII: text without a character set is probably in it. Empty if there is none.
 */
export function charsetHint(root: MimePart): string {
  const inParts = leavesOf(root)
    .slice(0, maxHintSources)
    .flatMap(({ contentType: { value, parameters } }) =>
      value.startsWith('text/') ? [parameters.get('charset') ?? ''] : [],
    );
  const inHeader = root.fields
    .slice(0, maxHintSources)
    .flatMap(({ value }) => charsetsIn(value.slice(0, 10_000)));
  return [...inParts, ...inHeader].find(isInformative) ?? '';
}

/** The character set of an HTML part's meta element, used if its header names none; empty if there is none. */
function charsetInHtml(bytes: Buffer): string {
  const head = bytes.toString('latin1', 0, 2048);
  const charset = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1] ?? '';
  // A meta element that was readable as ASCII is not UTF-16 (HTML §13.2.3.2).
  return /^(utf-?16|unicode|ucs-2)/i.test(charset) ? '' : charset;
}
