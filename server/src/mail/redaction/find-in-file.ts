import { decodeCharset } from '../mime/charsets.ts';
import { fileTypeOf } from '../mime/file-type.ts';
import { parseMime } from '../mime/parse-mime.ts';
import { utf16Label } from '../mime/unlabelled-text.ts';
import { type Finder, redactHtml } from './redact-text.ts';

/** A file of a message or draft. */
export type SearchedFile = { mediaType: string; charset?: string | null; bytes: Uint8Array };

/** A larger text file is searched as bytes only. */
export const maxTextBytes = 2 * 1024 * 1024;
/** Messages attached deeper cannot be opened (conversations/attached-message.ts). */
const maxDepth = 10;

const chunkBytes = 512 * 1024;
/** More than the longest passage that can be redacted, in bytes. */
const chunkOverlapBytes = 64 * 1024;

/** Whether anything is found in bytes, decoded as UTF-8 or as latin1. */
export function containsMatch(bytes: Uint8Array, find: Finder): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let from = 0; from < buffer.length; from += chunkBytes) {
    const chunk = buffer.subarray(from, from + chunkBytes + chunkOverlapBytes);
    if (find(chunk.toString('utf8')).length > 0 || find(chunk.toString('latin1')).length > 0) return true;
  }
  return false;
}

/** Whether a file of this media type is text that can be redacted. */
export function isText(mediaType: string): boolean {
  return /^text\/|^application\/(json|xml|xhtml\+xml|ics|csv|x-ndjson|sql)$/.test(mediaType);
}

/** The text of a file in the character set that it is declared to be in, or looks like. */
export function fileText({ charset, bytes }: SearchedFile): string {
  return decodeCharset(bytes, charset ?? '');
}

/**
 * Whether a file contains a match: in its bytes, in its text in any character set, and, for an attached message,
 * in what opening it shows, its own files included.
 */
export async function fileContains(file: SearchedFile, find: Finder, depth = 0): Promise<boolean> {
  const { mediaType, bytes } = file;
  if (containsMatch(bytes, find)) return true;
  if (mediaType === 'message/rfc822') return depth < maxDepth && messageContains(bytes, find, depth);
  if (bytes.length > maxTextBytes || !(isText(mediaType) || utf16Label(bytes))) return false;
  return find(fileText(file)).length > 0;
}

/** Whether a raw message contains a match in its decoded header, its text or its files. */
export async function messageContains(raw: Uint8Array, find: Finder, depth = 0): Promise<boolean> {
  const mail = await parseMime(raw);
  if (mail.kind === 'unreadable') return containsMatch(raw, find);
  if (find(mail.text ?? '').length > 0 || redactHtml(mail.html ?? '', find).count > 0) return true;
  if (mail.headers.some(({ value }) => find(value).length > 0)) return true;
  for (const attachment of mail.attachments) {
    const { filename, bytes } = attachment;
    const file = { ...attachment, mediaType: fileTypeOf(attachment.mediaType, filename, bytes) };
    if (find(filename).length > 0 || (await fileContains(file, find, depth + 1))) return true;
  }
  return containsMatch(raw, find);
}
