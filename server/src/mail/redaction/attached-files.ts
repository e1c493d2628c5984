import { createHash } from 'node:crypto';
import { fileTypeOf } from '../mime/file-type.ts';
import { parseMime } from '../mime/parse-mime.ts';

/** Messages attached deeper cannot be opened (conversations/attached-message.ts). */
const maxDepth = 10;

/** Whether a raw message has a file with one of these hashes (SHA-256) attached, also in messages attached to it. */
export async function attachesAny(raw: Uint8Array, hashes: Buffer[], depth = 0): Promise<boolean> {
  const mail = await parseMime(raw);
  if (mail.kind === 'unreadable') return false;
  for (const { bytes, mediaType, filename } of mail.attachments) {
    const hash = createHash('sha256').update(bytes).digest();
    if (hashes.some((each) => each.equals(hash))) return true;
    const isMessage = fileTypeOf(mediaType, filename, bytes) === 'message/rfc822';
    if (isMessage && depth < maxDepth && (await attachesAny(bytes, hashes, depth + 1))) return true;
  }
  return false;
}
