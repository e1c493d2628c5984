import { decodedBody, fieldOf, type MimePart, readMultipartBody } from './mime-tree.ts';

/**
 * The parts of a multipart none of whose boundaries came (it is one body then): its body was encoded
 * as a whole, though RFC 2045 §6.4 forbids it, or its field names no boundary, or another than is used.
 * Null where there are none to be seen.
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

/** The first line that begins as a boundary and is followed by a field of a part. */
function findBoundary(body: Buffer): string | null {
  const firstLines = body.toString('latin1', 0, 64 * 1024);
  return /^--([^\r\n]{1,200})\r?\ncontent-[a-z-]{2,30}[ \t]*:/im.exec(firstLines)?.[1]?.trimEnd() ?? null;
}

const base64Line = /^[A-Za-z0-9+/]*={0,2}[ \t\r]*$/;

/**
 * The body of a text part, its transfer encoding undone with what people's text tells: words that only
 * say they are base64 stay, and so does a footer that a list wrote in plain below the encoded text.
 */
export function decodedText(part: MimePart): Buffer {
  if (!/base64/i.test(fieldOf(part, 'content-transfer-encoding') ?? '')) return decodedBody(part);
  const firstLines = part.body.toString('latin1', 0, 2_000).split('\n').slice(0, -1).slice(0, 20);
  const textLines = firstLines.filter((line) => /[A-Za-z,.] [A-Za-z(]/.test(line));
  if (textLines.length > 0 && textLines.length * 2 >= firstLines.filter((line) => line.trim() !== '').length)
    return part.body;
  const footerAt = findFooter(part.body);
  if (footerAt < 0) return decodedBody(part);
  return Buffer.concat([
    decodedBody({ ...part, body: part.body.subarray(0, footerAt) }),
    Buffer.from('\n'),
    part.body.subarray(footerAt),
  ]);
}

/** Where, after the padding that ends base64, lines follow that are none; -1 for nowhere. */
function findFooter(body: Buffer): number {
  const padding = /=[ \t]*\r?\n/.exec(body.toString('latin1'));
  const at = padding ? padding.index + padding[0].length : -1;
  if (at < 0) return -1;
  const after = body.toString('latin1', at).split('\n');
  const nonBase64Lines = after.filter((line) => !base64Line.test(line)).length;
  return nonBase64Lines > 0 && nonBase64Lines * 2 >= after.filter((line) => line.trim() !== '').length
    ? at
    : -1;
}
