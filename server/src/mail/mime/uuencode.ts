type UuFile = { filename: string; bytes: Buffer };

const opening = /^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n/m;
const maxFiles = 100;

/**
 * Extracts uuencoded files (POSIX uuencode) from a text, as programs sent attachments before MIME;
 * null if there are none.
 */
export function splitUuencoded(text: string): { text: string; files: UuFile[] } | null {
  const files: UuFile[] = [];
  let remainingText = '';
  let rest = text;
  for (let found = nextFile(rest); found && files.length < maxFiles; found = nextFile(rest)) {
    files.push(found.file);
    remainingText += rest.slice(0, found.from);
    rest = rest.slice(found.to);
  }
  return files.length > 0 ? { text: remainingText + rest, files } : null;
}

/** Decodes an attachment of the transfer encoding x-uuencode; null if the bytes are not uuencoded. */
export function decodeUuencoded(bytes: Uint8Array): Buffer | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!/^\s*begin [0-7]{3,4} /.test(buffer.toString('latin1', 0, 200))) return null;
  return nextFile(buffer.toString('latin1'))?.file.bytes ?? null;
}

/**
 * Decodes uuencoded lines without "begin", as some programs write them in a part of the transfer encoding
 * x-uuencode, up to the empty last line or "end"; null if a line before is none.
 */
export function decodeUuencodedLines(bytes: Buffer): Buffer | null {
  const decoded: Buffer[] = [];
  for (const line of bytes.toString('latin1').trimEnd().split(/\r?\n/)) {
    if (/^end\s*$/.test(line)) break;
    const piece = decodeLine(line);
    if (piece === null) return null;
    if (piece.length === 0 && line !== '') break;
    decoded.push(piece);
  }
  return Buffer.concat(decoded);
}

function nextFile(text: string): { from: number; to: number; file: UuFile } | null {
  const found = opening.exec(text);
  if (!found) return null;
  const lines: Buffer[] = [];
  let at = found.index + found[0].length;
  for (;;) {
    const newline = text.indexOf('\n', at);
    const line = text.slice(at, newline < 0 ? undefined : newline).replace(/\r$/, '');
    const next = newline < 0 ? text.length : newline + 1;
    if (/^end\s*$/.test(line)) {
      const file = { filename: found[1]!.trim() || 'file', bytes: Buffer.concat(lines) };
      return { from: found.index, to: next, file };
    }
    const bytes = decodeLine(line);
    if (bytes === null || newline < 0) return null;
    lines.push(bytes);
    at = next;
  }
}

/** Decodes one line: a character for the number of bytes, then four characters for every three. Null if it is invalid. */
function decodeLine(line: string): Buffer | null {
  if (line === '') return Buffer.alloc(0);
  const sextetAt = (index: number) => ((line.charCodeAt(index) || 0x20) - 0x20) & 0x3f;
  const length = sextetAt(0);
  const letters = Math.ceil(length / 3) * 4;
  // Trailing spaces get lost in transport, and some programs write extra characters.
  if (!/^[ -`]*$/.test(line) || line.length > letters + 3 || line.length + 4 < letters) return null;
  const bytes = Buffer.alloc(letters + 3);
  for (let at = 1, written = 0; written < length; at += 4, written += 3) {
    const group =
      (sextetAt(at) << 18) | (sextetAt(at + 1) << 12) | (sextetAt(at + 2) << 6) | sextetAt(at + 3);
    bytes.writeUIntBE(group, written, 3);
  }
  return bytes.subarray(0, length);
}
