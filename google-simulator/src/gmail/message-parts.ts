import { createHash } from 'node:crypto';
import { type Header, headerOf, readHeaders } from '../mail/headers.ts';

export type Part = {
  partId: string;
  mimeType: string;
  filename: string;
  headers: Header[];
  body: { size: number; data?: string; attachmentId?: string };
  parts?: Part[];
};

/** In bytes. Larger bodies and named parts are fetched separately (messages.attachments.get). */
const maxInlineBytes = 64 * 1024;
const maxDepth = 20;

/** The parts of a message as in the API's full format. */
export function partsOf(raw: Buffer, partId = '', depth = 0): Part {
  const { headers, bodyAt } = readHeaders(raw);
  const body = raw.subarray(bodyAt);
  const type = headerOf(headers, 'Content-Type') || 'text/plain';
  const mimeType = type.split(';')[0]!.trim().toLowerCase();
  const filename = parameter(headerOf(headers, 'Content-Disposition'), 'filename') || parameter(type, 'name');
  const boundary = parameter(type, 'boundary');
  const at = (index: number) => (partId ? `${partId}.${index}` : String(index));
  if (mimeType.startsWith('multipart/') && boundary && depth < maxDepth) {
    const parts = split(body, boundary).map((part, index) => partsOf(part, at(index), depth + 1));
    return { partId, mimeType, filename, headers, body: { size: 0 }, parts };
  }
  const bytes = decoded(body, headerOf(headers, 'Content-Transfer-Encoding'));
  const isSeparate = filename !== '' || bytes.length > maxInlineBytes;
  return {
    partId,
    mimeType,
    filename,
    headers,
    body: isSeparate
      ? { size: bytes.length, attachmentId: attachmentId(partId) }
      : { size: bytes.length, data: bytes.toString('base64url') },
  };
}

/** The decoded bytes of the part with an attachment id; null if there is none. */
export function attachmentOf(raw: Buffer, id: string, partId = '', depth = 0): Buffer | null {
  const { headers, bodyAt } = readHeaders(raw);
  const body = raw.subarray(bodyAt);
  const type = headerOf(headers, 'Content-Type');
  const boundary = parameter(type, 'boundary');
  if (/^\s*multipart\//i.test(type) && boundary && depth < maxDepth) {
    for (const [index, part] of split(body, boundary).entries()) {
      const found = attachmentOf(part, id, partId ? `${partId}.${index}` : String(index), depth + 1);
      if (found) return found;
    }
    return null;
  }
  if (attachmentId(partId) !== id) return null;
  return decoded(body, headerOf(headers, 'Content-Transfer-Encoding'));
}

const attachmentId = (partId: string) =>
  `ANGjdJ${createHash('sha256').update(`part ${partId}`).digest('base64url')}`;

function parameter(value: string, name: string): string {
  const match = new RegExp(`(?:^|;)\\s*${name}\\*?=(?:"([^"]*)"|([^;\\s]*))`, 'i').exec(value);
  const found = match?.[1] ?? match?.[2] ?? '';
  const encoded = /^[\w-]*'[^']*'(.*)$/.exec(found)?.[1];
  if (encoded === undefined) return found;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function split(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  const delimiter = `--${boundary}`;
  let from = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== 10) continue;
    if (from >= 0) parts.push(body.subarray(from, Math.max(from, body[at - 2] === 13 ? at - 2 : at - 1)));
    const line = body.indexOf('\n', at);
    if (body.subarray(at + delimiter.length, at + delimiter.length + 2).toString() === '--' || line < 0)
      return parts;
    from = line + 1;
  }
  if (from >= 0) parts.push(body.subarray(from));
  return parts;
}

function decoded(body: Buffer, encoding: string): Buffer {
  if (/base64/i.test(encoding)) return Buffer.from(body.toString('latin1'), 'base64');
  if (!/quoted-printable/i.test(encoding)) return body;
  const text = body
    .toString('latin1')
    .replace(/[ \t]*=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}
