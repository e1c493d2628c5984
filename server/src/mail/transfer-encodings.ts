/** A body as it was before its Content-Transfer-Encoding (RFC 2045 §6). Broken input gives what can be had. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  const name = encoding.toLowerCase();
  if (name.includes('base64')) return decodeBase64(body);
  if (name.includes('quoted-printable')) return decodeQuotedPrintable(body);
  return body;
}

/**
 * RFC 2045 §6.8: what is outside the alphabet is passed over (Node would take `-` and `_` as letters).
 * Padding in the middle (blocks glued together) begins anew. A last group without padding counts
 * where all is one line, as scripts write it; in wrapped lines or among debris it was cut, and goes.
 */
export function decodeBase64(body: Buffer): Buffer {
  const text = body.toString('latin1');
  const clean = text.replace(/[^A-Za-z0-9+/=]+/g, '');
  const cutAtEnd = /[^A-Za-z0-9+/=\s]|[A-Za-z0-9+/]\s+[A-Za-z0-9+/]/.test(text);
  const blocks = clean.split(/=+/);
  return Buffer.concat(
    blocks.map((block, index) => {
      const cut = cutAtEnd && index === blocks.length - 1 ? block.length % 4 : 0;
      return Buffer.from(block.slice(0, block.length - cut), 'base64');
    }),
  );
}

/** RFC 2045 §6.7. A `=` that begins no octet and no soft break stays as it is. */
export function decodeQuotedPrintable(body: Buffer): Buffer {
  if (body.indexOf(0x3d) < 0) return body;
  const decoded = Buffer.allocUnsafe(body.length);
  let written = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]!;
    if (byte !== 0x3d) {
      decoded[written++] = byte;
      continue;
    }
    const high = hexDigit(body[at + 1]);
    const low = hexDigit(body[at + 2]);
    if (high >= 0 && low >= 0) {
      decoded[written++] = high * 16 + low;
      at += 2;
      continue;
    }
    // A soft break, with the white space that transports add before the line's end.
    let end = at + 1;
    while (end - at < 1000 && (body[end] === 0x20 || body[end] === 0x09 || body[end] === 0x0d)) end += 1;
    if (end >= body.length) break;
    if (body[end] === 0x0a) at = end;
    else decoded[written++] = byte;
  }
  return decoded.subarray(0, written);
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}
