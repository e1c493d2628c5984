import { chooseText } from '../mail/mime/choose-text.ts';
import { fileTypeOf } from '../mail/mime/file-type.ts';
import { parseMime } from '../mail/mime/parse-mime.ts';
import type { ReadOutcome, ReadTask } from './attached-message.ts';

// Runs in the threads of attached-message.ts.

/** Follows a path in a raw message. */
export async function readInAttachedMessage({ raw, path, kind }: ReadTask): Promise<ReadOutcome> {
  const mail = await parseMime(raw);
  if (mail.kind === 'unreadable') return null;
  if (kind === 'headers') return mail.headers.map(({ name, value }) => ({ name, value }));
  const files = mail.attachments.map((file) => ({
    ...file,
    mediaType: fileTypeOf(file.mediaType, file.filename, file.bytes),
  }));
  const [index, ...rest] = path;
  if (index !== undefined) {
    const file = files[index];
    if (!file) return null;
    if (kind === 'file' && rest.length === 0) {
      const { filename, mediaType, charset, bytes } = file;
      return { filename, mediaType, charset, bytes };
    }
    return file.mediaType === 'message/rfc822'
      ? readInAttachedMessage({ raw: file.bytes, path: rest, kind })
      : null;
  }
  if (kind === 'file') return null;
  const { from, to, cc, subject, date, protection } = mail;
  const { text, html } = chooseText(mail.text ?? '', mail.html);
  return {
    ...{ from, to, cc, subject, date, text, html, protection },
    attachments: files.map(({ filename, mediaType, contentId, related, disposition, bytes }) => ({
      filename,
      mediaType,
      size: bytes.length,
      contentId,
      inline: contentId !== null && (related || disposition === 'inline'),
    })),
  };
}
