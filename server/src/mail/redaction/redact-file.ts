import {
  containsMatch,
  fileText,
  isText,
  maxTextBytes,
  messageContains,
  type SearchedFile,
} from './find-in-file.ts';
import { redactRaw } from './redact-raw.ts';
import { type Finder, redactHtml, redactText } from './redact-text.ts';

/**
 * A file without all matches: they are replaced in text and HTML, which becomes UTF-8, and a message/rfc822 keeps
 * its text but loses its attachments. null if the file has to be deleted: its format cannot be changed, it is too
 * large, or a match would remain.
 */
export async function redactFile(file: SearchedFile, find: Finder): Promise<Buffer | null> {
  const { mediaType, bytes } = file;
  if (mediaType === 'message/rfc822') {
    const clean = await redactRaw(bytes, find, { force: true });
    return clean && clean.length > 0 && !(await messageContains(clean, find)) ? clean : null;
  }
  if (!isText(mediaType) || bytes.length > maxTextBytes) return null;
  const text = fileText(file);
  const redactedText = /html/.test(mediaType) ? redactHtml(text, find).html : redactText(text, find);
  if (redactedText === null || find(redactedText).length > 0) return null;
  const clean = Buffer.from(redactedText);
  return containsMatch(clean, find) ? null : clean;
}
