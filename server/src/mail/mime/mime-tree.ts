import {
  type DelimiterLines,
  declaredBoundaries,
  matchDelimiter,
  nextDelimiter,
  type OpenMultipart,
} from './delimiters.ts';
import { trimBytes } from './encoded-words.ts';
import { type ParameterisedValue, parseParameters } from './parameters.ts';
import { decodeTransfer } from './transfer-encodings.ts';

/**
 * One part of a message: its header fields and its body. Postroom has its own parser because
 * postal-mime does not expose the tree (which bounces and protection need), throws on messages with
 * excessive parts or nesting, and decodes fields as UTF-8 before encoded words, which loses raw bytes.
 */
export type MimePart = {
  /** In order, unfolded, one character for each byte (latin1). */
  fields: Array<{ name: string; value: string }>;
  contentType: ParameterisedValue;
  disposition: ParameterisedValue | null;
  /** The body, still transfer-encoded; a view, not a copy. Empty for a multipart. */
  body: Buffer;
  children: MimePart[];
};

/** Limits against hostile messages. What exceeds the first two remains in the body of the enclosing part. */
const maxNesting = 100;
const maxParts = 20_000;
const maxFields = 5_000;
const maxFieldLength = 256 * 1024;
const maxHeaderLength = 4 * 1024 * 1024;

/** Parses a message, or the body of a message/rfc822 part, into its parts (RFC 2046 §5.1), in linear time. Never throws. */
export function readMimeTree(message: Buffer): MimePart {
  const raw = withLineFeeds(message);
  const root = newPart('text/plain');
  const from = skipEnvelopeLine(raw, skipBeforeFields(raw));
  return readParts(raw, root, readFields(raw, from, root));
}

/** Parses bytes as the body of a multipart with the given boundary. */
export function readMultipartBody(raw: Buffer, subtype: string, boundary: string): MimePart {
  const root = newPart(`multipart/${subtype}`);
  root.contentType.parameters.set('boundary', boundary);
  return readParts(raw, root, 0);
}

function readParts(raw: Buffer, root: MimePart, bodyAt: number): MimePart {
  const open: Array<OpenMultipart & { part: MimePart }> = [];
  const beginsWithLonger = declaredBoundaries(raw);
  let parts = 1;
  let at = bodyAt;
  let current: MimePart | null = root;
  for (;;) {
    const bodyFrom = current ? at : -1;
    if (current && opens(current, open.length, parts)) {
      const untrimmed = current.contentType.parameters.get('boundary')!;
      open.push({ part: current, boundary: untrimmed.trimEnd(), untrimmed, closed: false });
      current = null;
    }
    const encoding = current && (fieldOf(current, 'content-transfer-encoding') ?? '');
    const lines = { raw, open, beginsWithLonger, encoding };
    const delimiter = parts < maxParts ? nextDelimiter(lines, at) : null;
    // A multipart in which no part was found keeps its body, so that it can be shown.
    const unopened = at === bodyFrom ? open.at(-1)?.part : undefined;
    if (unopened?.children.length === 0 && (delimiter?.level !== open.length - 1 || delimiter.closes)) {
      unopened.body = raw.subarray(at, delimiter?.bodyEnd ?? raw.length);
    }
    if (current) current.body = raw.subarray(at, delimiter?.bodyEnd ?? raw.length);
    if (!delimiter) return root;
    open.length = delimiter.level + 1;
    at = delimiter.next;
    current = null;
    // Some programs write parts after the end of their multipart: it stays in the list, and opens again.
    open[delimiter.level]!.closed = delimiter.closes;
    if (delimiter.closes) continue;
    const parent = open[delimiter.level]!.part;
    current = newPart(parent.contentType.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain');
    parent.children.push(current);
    parts += 1;
    at = readFields(raw, at, current, { ...lines, encoding: null });
  }
}

/** The body of a part, its transfer encoding decoded (RFC 2045 §6). */
export function decodedBody(part: MimePart): Buffer {
  return decodeTransfer(part.body, fieldOf(part, 'content-transfer-encoding') ?? '');
}

/** The value of the first field of a name (in lower case), one character for each byte; null if there is none. */
export function fieldOf(part: MimePart, name: string): string | null {
  return part.fields.find((field) => field.name.toLowerCase() === name)?.value ?? null;
}

/** Every part without children, in order. */
export function leavesOf(part: MimePart): MimePart[] {
  if (part.children.length === 0) return [part];
  return part.children.flatMap(leavesOf);
}

function newPart(type: string): MimePart {
  return {
    fields: [],
    contentType: { value: type, parameters: new Map() },
    disposition: null,
    body: Buffer.alloc(0),
    children: [],
  };
}

function opens(part: MimePart, depth: number, parts: number): boolean {
  return (
    part.contentType.value.startsWith('multipart/') &&
    Boolean(part.contentType.parameters.get('boundary')?.trimEnd()) &&
    depth < maxNesting &&
    parts < maxParts
  );
}

/** Replaces line ends of CR alone, as old Macs wrote them in the whole message or only in its header, by LF. */
function withLineFeeds(raw: Buffer): Buffer {
  const first = raw.indexOf(0x0d);
  if (first < 0 || raw[first + 1] === 0x0a) return raw;
  const newline = raw.indexOf(0x0a);
  const head = raw.toString('latin1', 0, Math.min(newline < 0 ? raw.length : newline, maxFieldLength));
  const fields = head.match(/\r[!-9;-~]+:/g)?.length ?? 0;
  if (newline >= 0 && fields < 2 && !(fields === 1 && head.includes('\r\r'))) return raw;
  const copy = Buffer.from(raw);
  for (let at = first; at >= 0; at = copy.indexOf(0x0d, at + 1)) if (copy[at + 1] !== 0x0a) copy[at] = 0x0a;
  return copy;
}

/** Skips a byte order mark, and empty lines before known fields: some programs write these first. */
function skipBeforeFields(raw: Buffer): number {
  const from = raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? 3 : 0;
  const blank =
    /^[\r\n]+(?=(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|content-type):)/i;
  return from + (blank.exec(raw.toString('latin1', from, from + 200))?.[0].length ?? 0);
}

/** Skips the "From " line that the mbox format puts before a message (RFC 4155), also one escaped as ">From ". */
function skipEnvelopeLine(raw: Buffer, from: number): number {
  // `From : Ana` is the field, with a space before its colon.
  if (!/^>?From (?![ \t]*:)/.test(raw.toString('latin1', from, from + 40))) return from;
  const end = raw.indexOf(0x0a, from);
  return end < 0 ? raw.length : end + 1;
}

const fieldStart = /^([!-9;-~]+)[ \t]*:/;

/** Three words: text of the body, and not a damaged field. */
const proseLine = /^[^\s:]+( [^\s:]+){2}/;

/**
 * How a line continues an encoded word (RFC 2047) that a program broke off at the end of the line before: after the
 * "=" of a quoted-printable line break (`soft`), or within the word; null if it does not.
 */
function brokenWord(value: string[], line: string, folded: boolean): 'soft' | 'hard' | null {
  const last = value.at(-1) ?? '';
  const isSoft = last.endsWith('=') && !last.endsWith('?=');
  if (!isSoft && (folded || !line.includes('?='))) return null;
  const open = /=\?[^?\s]{1,80}\?([bq])\?[^?]*$/i.exec(last.slice(-1_000));
  if (!open) return null;
  return isSoft && open[1]!.toLowerCase() === 'q' ? 'soft' : folded ? null : 'hard';
}

/**
 * Reads the header fields into `part` and returns the index where its body begins. A line that is not a
 * field is skipped. If it is the first line of the part or follows the last field, the empty line
 * before the body is missing, and the body begins there.
 */
function readFields(raw: Buffer, from: number, part: MimePart, lines?: DelimiterLines): number {
  let at = from;
  let bytes = 0;
  let value: string[] = [];
  let name = '';
  // The first line after the last field that is not a field itself.
  let firstNonField = -1;
  let ended = false;
  const finish = () => {
    if (name && part.fields.length < maxFields) part.fields.push({ name, value: trimBytes(value.join('')) });
    name = '';
  };
  while (at < raw.length) {
    const newline = raw.indexOf(0x0a, at);
    const next = newline < 0 ? raw.length : newline + 1;
    let lineEnd = newline < 0 ? raw.length : newline;
    while (lineEnd > at && raw[lineEnd - 1] === 0x0d) lineEnd -= 1;
    if (lineEnd === at) {
      at = next;
      ended = true;
      break;
    }
    // The part may end within its header.
    if (lines && raw[at] === 0x2d && raw[at + 1] === 0x2d && matchDelimiter(lines, at)) break;
    const line = raw.toString('latin1', at, Math.min(lineEnd, at + maxFieldLength));
    const folded = /^[ \t]/.test(line);
    const broken = brokenWord(value, line, folded);
    const start = folded || broken === 'soft' ? null : fieldStart.exec(line);
    if (!folded && !start && at === from) break;
    bytes += line.length;
    if (start) firstNonField = -1;
    else if (broken === null && firstNonField < 0 && (!folded || line.trim() === '')) firstNonField = at;
    if (start && bytes < maxHeaderLength) {
      finish();
      name = start[1]!;
      value = [line.slice(start[0].length)];
    } else if (name && bytes < maxHeaderLength) {
      if (broken === 'soft') value.push(value.pop()!.trimEnd().slice(0, -1) + line.trimStart());
      else if (folded || broken !== null) value.push(line);
    }
    at = next;
  }
  if (
    firstNonField >= 0 &&
    (!ended || proseLine.test(raw.toString('latin1', firstNonField, firstNonField + 200)))
  )
    at = firstNonField;
  finish();
  const type = fieldOf(part, 'content-type');
  if (type !== null) {
    const read = parseParameters(type);
    part.contentType = read.value.includes('/') ? read : { ...read, value: part.contentType.value };
  }
  const disposition = fieldOf(part, 'content-disposition');
  if (disposition !== null) part.disposition = parseParameters(disposition);
  return at;
}
