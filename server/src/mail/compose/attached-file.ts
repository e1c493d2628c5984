import { readMimeTree } from '../mime/mime-tree.ts';

const mediaTypeSyntax = /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/;
const anyFile = 'application/octet-stream';

/**
 * The media type and bytes as which a file is attached. A part of type `multipart/*` or `message/*` is parsed as
 * a part of the message itself (RFC 2046 §5.1 and §5.2), and a file that is not exactly that would be lost: only
 * a complete message/rfc822 keeps its type, everything else of these types is sent as application/octet-stream.
 */
export function attachedFile({ mediaType, bytes }: { mediaType: string; bytes: Uint8Array }): {
  contentType: string;
  content: Buffer;
} {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (/^message\/rfc822$/i.test(mediaType)) {
    const message = cleanMessage(content);
    return message ? { contentType: 'message/rfc822', content: message } : { contentType: anyFile, content };
  }
  const isComposite = /^(multipart|message)\//i.test(mediaType);
  return { contentType: isComposite || !mediaTypeSyntax.test(mediaType) ? anyFile : mediaType, content };
}

/**
 * The bytes of a message as a part carries them: without transfer encoding (RFC 2046 §5.2.1), so in ASCII, in
 * lines of at most 998 characters that end with CRLF (RFC 5322 §2.1.1). Null if it is none, or would be changed.
 */
function cleanMessage(bytes: Buffer): Buffer | null {
  const text = bytes.toString('latin1');
  // A field comes first: neither a byte order mark nor the "From " line of an mbox.
  if (!/^[!-9;-~]+:/.test(text) || !/^(from|sender|date|subject|message-id|received):/im.test(text))
    return null;
  const lines = text.split(/\r?\n/);
  if (lines.some((line) => line.length > 998 || notSevenBit.test(line))) return null;
  const message = Buffer.from(lines.join('\r\n'), 'latin1');
  const { fields, contentType } = readMimeTree(message);
  // A message in pieces or of an unknown structure is parsed differently by each program.
  if (fields.length === 0 || contentType.value === 'message/partial') return null;
  return message;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a message must not contain them
const notSevenBit = /[\u0000\r\u0080-\u00ff]/;
