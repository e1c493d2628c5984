import { charsetHint, readText } from './bodies.ts';
import { decodeHeader } from './encoded-words.ts';
import { cleanFileName, defaultFileName } from './file-names.ts';
import { decodedBody, fieldOf, type MimePart, readMimeTree } from './mime-tree.ts';
import { parseParameters } from './parameters.ts';

export type Attachment = {
  /** Never empty: a part without a name gets a default for its media type. */
  filename: string;
  mediaType: string;
  /** Without angle brackets; null if the part has none. */
  contentId: string | null;
  disposition: 'inline' | 'attachment' | null;
  /** It is in a multipart/related, so HTML beside it may refer to it by its Content-ID. */
  related: boolean;
  /** The character set that a text file is declared to be in; null if none is. */
  charset: string | null;
  bytes: Uint8Array;
};

/**
 * A part as an attachment. `related`: it is in a multipart/related; `index`: its place among the attachments, from 0;
 * `hint`: see charsetHint.
 */
export function readAttachment(part: MimePart, related: boolean, index: number, hint: string): Attachment {
  const mediaType = part.contentType.value;
  const disposition = part.disposition?.value;
  const declaredName =
    parameterOf(part, 'content-disposition', 'filename', hint) ||
    parameterOf(part, 'content-type', 'name', hint);
  const contentId = (fieldOf(part, 'content-id') ?? '').replace(/^\s*<|>\s*$/g, '').trim();
  const bytes = mediaType === 'text/calendar' ? Buffer.from(readCalendar(part, hint)) : decodedBody(part);
  const isMessage = mediaType === 'message/rfc822' || mediaType === 'message/global';
  const subject = isMessage && !declaredName ? cleanFileName(subjectOf(bytes)) : '';
  return {
    filename:
      cleanFileName(declaredName) ||
      (subject && cleanFileName(`${subject}.eml`)) ||
      defaultFileName(mediaType, index),
    mediaType,
    charset: mediaType === 'text/calendar' ? null : part.contentType.parameters.get('charset') || null,
    contentId: contentId || null,
    disposition: disposition === 'inline' || disposition === 'attachment' ? disposition : null,
    related,
    bytes,
  };
}

/** RFC 5545 §3.1: a line may be folded within a character, so such folds end before the text is decoded. */
function readCalendar(part: MimePart, hint: string): string {
  const folded = decodedBody(part).toString('latin1');
  const body = Buffer.from(folded.replace(/(?<=[\x80-\xff])\r?\n[ \t](?=[\x80-\xbf])/g, ''), 'latin1');
  const fields = part.fields.filter(({ name }) => name.toLowerCase() !== 'content-transfer-encoding');
  return readText({ ...part, fields, body }, hint);
}

/** The header of an attached message is looked for in so many bytes. */
const maxHeaderBytes = 64 * 1024;

/** The subject of an attached message; empty if it has none. */
function subjectOf(message: Buffer): string {
  const root = readMimeTree(message.subarray(0, maxHeaderBytes));
  return decodeHeader(fieldOf(root, 'subject') ?? '', charsetHint(root)).trim();
}

/** A parameter of a field of a part, read again because the hint was not known yet; empty if there is none. */
function parameterOf(part: MimePart, field: string, name: string, hint: string): string {
  return parseParameters(fieldOf(part, field) ?? '', hint).parameters.get(name) ?? '';
}
