import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { findCardNumbers } from '../../mail/redaction/card-numbers.ts';
import { fileContains, isText } from '../../mail/redaction/find-in-file.ts';
import { redactContent } from '../../mail/redaction/redact-content.ts';
import { redactFile } from '../../mail/redaction/redact-file.ts';
import { redactRaw } from '../../mail/redaction/redact-raw.ts';
import { redactText } from '../../mail/redaction/redact-text.ts';
import type { MessageToStore, ParsedMessage } from './parse-message.ts';

/**
 * Removes payment card numbers from a message before it is stored: from its texts, its text
 * attachments, messages attached to it, and its raw bytes. Returns the same object if there are none. Other attachments are not searched.
 */
export async function redactCardNumbers(message: MessageToStore): Promise<MessageToStore> {
  const { parsed } = message;
  const { text: bodyText, html: bodyHtml, subject, ownText, ownHtml, snippet, invitation } = parsed;
  const redacted = redactContent(
    { subject, bodyText, bodyHtml, ownText, ownHtml, snippet, invitation },
    findCardNumbers,
  );
  const files = await Promise.all(parsed.attachments.map(redactAttachment));
  const changedFiles = files.some((file, at) => file !== parsed.attachments[at]);
  if (!redacted && !changedFiles) return message;
  const content = redacted?.content;
  const raw = await promisify(zstdDecompress)(message.zstd);
  const redactedBytes = (await redactRaw(raw, findCardNumbers, { force: true }))!;
  return {
    ...message,
    zstd: await promisify(zstdCompress)(redactedBytes),
    cardsRedacted: true,
    parsed: {
      ...parsed,
      ...(content && {
        subject: content.subject,
        text: content.bodyText,
        html: content.bodyHtml,
        ownText: content.ownText,
        ownHtml: content.ownHtml,
        snippet: content.snippet,
        invitation: content.invitation,
      }),
      attachments: files,
    },
  };
}

type ParsedAttachment = ParsedMessage['attachments'][number];

async function redactAttachment(file: ParsedAttachment): Promise<ParsedAttachment> {
  const filename = redactText(file.filename, findCardNumbers);
  const renamed = filename === file.filename ? file : { ...file, filename };
  const isSearched = isText(file.mediaType) || file.mediaType === 'message/rfc822';
  if (!isSearched || !(await fileContains(file, findCardNumbers))) return renamed;
  const bytes = await redactFile(file, findCardNumbers);
  return bytes ? { ...renamed, bytes, charset: null } : renamed;
}
