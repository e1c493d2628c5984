import { containsMatch, redactRaw } from './redact-raw.ts';
import { type Finder, redactHtml, redactText } from './redact-text.ts';

/** A larger text file is deleted instead of redacted. */
const maxTextBytes = 2 * 1024 * 1024;

/**
 * A file without all matches: they are replaced in text and HTML, and a message/rfc822 keeps its text but
 * loses its attachments. null if the file has to be deleted: its format cannot be changed, it is too large,
 * or a match would remain.
 */
export async function redactFile(mediaType: string, bytes: Buffer, find: Finder): Promise<Buffer | null> {
  if (mediaType === 'message/rfc822') {
    const clean = await redactRaw(bytes, find, { force: true });
    return clean && clean.length > 0 && !containsMatch(clean, find) ? clean : null;
  }
  if (!isText(mediaType) || bytes.length > maxTextBytes) return null;
  const utf8 = bytes.toString('utf8');
  const text = utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8;
  const redactedText = /html/.test(mediaType) ? redactHtml(text, find).html : redactText(text, find);
  if (redactedText === null || find(redactedText).length > 0) return null;
  return Buffer.from(redactedText);
}

/** Whether a file of this media type is text that can be redacted. */
export function isText(mediaType: string): boolean {
  return /^text\/|^application\/(json|xml|xhtml\+xml|ics|csv|x-ndjson|sql)$/.test(mediaType);
}

/** Whether a file contains a match, as the bytes of any encoding that `containsMatch` tries, or as UTF-16 text. */
export function fileContains(bytes: Buffer, find: Finder): boolean {
  if (containsMatch(bytes, find)) return true;
  if (bytes.length > maxTextBytes) return false;
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return find(bytes.toString('utf16le')).length > 0;
  if (first === 0xfe && second === 0xff) {
    return (
      find(
        Buffer.from(bytes.subarray(0, bytes.length & ~1))
          .swap16()
          .toString('utf16le'),
      ).length > 0
    );
  }
  return false;
}
