import { decodedBody, fieldOf, type MimePart, readMultipartBody } from './mime-tree.ts';

/**
 * The parts of a multipart in which no boundary was found: its body was transfer-encoded as a whole,
 * which RFC 2045 §6.4 forbids, or its Content-Type names no boundary or a wrong one. Null if no parts
 * can be recognised.
 */
export function recoverMultipart(part: MimePart): MimePart | null {
  const { value, parameters } = part.contentType;
  if (!value.startsWith('multipart/') || part.children.length > 0 || part.body.length === 0) return null;
  const subtype = value.slice('multipart/'.length);
  const body = decodedBody(part);
  for (const boundary of [parameters.get('boundary'), findBoundary(body)]) {
    const recovered = boundary ? readMultipartBody(body, subtype, boundary) : null;
    if (recovered && recovered.children.length > 0) return recovered;
  }
  return null;
}

/** The boundary of the first line that looks like one and is followed by a Content-* field. */
function findBoundary(body: Buffer): string | null {
  const firstLines = body.toString('latin1', 0, 64 * 1024);
  return /^--([^\r\n]{1,200})\r?\ncontent-[a-z-]{2,30}[ \t]*:/im.exec(firstLines)?.[1]?.trimEnd() ?? null;
}

const base64Line = /^[A-Za-z0-9+/]*={0,2}[ \t\r]*$/;

/**
 * The body of a text part, its transfer encoding decoded. Text that is labelled base64 but is plainly
 * not stays as it is, and so does a footer that a mailing list added in plain text below base64.
 */
export function decodedText(part: MimePart): Buffer {
  if (!/base64/i.test(fieldOf(part, 'content-transfer-encoding') ?? '')) return decodedBody(part);
  const firstLines = part.body.toString('latin1', 0, 2_000).split('\n').slice(0, -1).slice(0, 20);
  const textLines = firstLines.filter((line) => /[A-Za-z,.] [A-Za-z(]/.test(line));
  const lines = firstLines.filter((line) => line.trim() !== '').length;
  const hasBase64 = firstLines.some((line) => line.length >= 24 && base64Line.test(line));
  if (textLines.length > 0 && textLines.length * 2 >= lines + (hasBase64 ? 1 : 0)) return part.body;
  const footerAt = findFooter(part.body);
  if (footerAt < 0) return decodedBody(part);
  return Buffer.concat([
    decodedBody({ ...part, body: part.body.subarray(0, footerAt) }),
    Buffer.from('\n'),
    part.body.subarray(footerAt),
  ]);
}

/**
 * The index where a plain text footer begins below base64; -1 if there is none. Base64 ends with its
 * padding; without padding, it ends with the first shorter line (all lines but the last have equal
 * length), or before a blank line or one that is not base64 (RFC 2045 §6.8).
 */
function findFooter(body: Buffer): number {
  const text = body.toString('latin1');
  const padding = /=[ \t]*\r?\n/.exec(text);
  const at = padding ? padding.index + padding[0].length : unpaddedEnd(text);
  if (at < 0) return -1;
  const after = text.slice(at).split('\n');
  const nonBase64Lines = after.filter((line) => !base64Line.test(line)).length;
  const isText =
    nonBase64Lines > 0 && nonBase64Lines * 2 >= after.filter((line) => line.trim() !== '').length;
  return isText && (padding || after.some((line) => prose.test(line))) ? at : -1;
}

const prose = /[A-Za-z,.\x80-\xff] [A-Za-z(\x80-\xff]/;

/** The index where base64 without padding ends, if it consists of whole groups; else -1. */
function unpaddedEnd(text: string): number {
  let at = 0;
  let letters = 0;
  let width = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const line = text.slice(at, newline < 0 ? text.length : newline).trimEnd();
    if (line === '' || !base64Line.test(line)) break;
    letters += line.length;
    at = newline < 0 ? text.length : newline + 1;
    if (line.length < width) break;
    width = line.length;
  }
  return letters > 0 && letters % 4 === 0 ? at : -1;
}
