import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { isText, redactFile } from '../conversations/redact-files.ts';
import { redactSaid } from '../conversations/redacted-message.ts';
import { findCardNumbers } from '../mail/card-numbers.ts';
import { redactText } from '../mail/redact.ts';
import { isIn, redactRaw } from '../mail/redact-raw.ts';
import type { MessageToStore } from './message-to-store.ts';
import type { ParsedMessage } from './parse-message.ts';

/**
 * A message without the numbers of payment cards, before it is stored: its words, its text files and its
 * raw copy. The same message where there are none. Other files are not looked into.
 */
export async function withoutCards(message: MessageToStore): Promise<MessageToStore> {
  const { parsed: reading } = message;
  const { text: bodyText, html: bodyHtml, subject, ownText, ownHtml, snippet, invitation } = reading;
  const redacted = redactSaid(
    { subject, bodyText, bodyHtml, ownText, ownHtml, snippet, invitation },
    findCardNumbers,
  );
  const files = await Promise.all(reading.attachments.map(cleanFile));
  const changedFiles = files.some((file, at) => file !== reading.attachments[at]);
  if (!redacted && !changedFiles) return message;
  const said = redacted?.said;
  const raw = await promisify(zstdDecompress)(message.zstd);
  const clean = (await redactRaw(raw, findCardNumbers, { always: true }))!;
  return {
    ...message,
    zstd: await promisify(zstdCompress)(clean),
    cardsRedacted: true,
    parsed: {
      ...reading,
      ...(said && {
        subject: said.subject,
        text: said.bodyText,
        html: said.bodyHtml,
        ownText: said.ownText,
        ownHtml: said.ownHtml,
        snippet: said.snippet,
        invitation: said.invitation,
      }),
      attachments: files,
    },
  };
}

type File = ParsedMessage['attachments'][number];

async function cleanFile(file: File): Promise<File> {
  const filename = redactText(file.filename, findCardNumbers);
  const named = filename === file.filename ? file : { ...file, filename };
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  if (!isText(file.mediaType) || !isIn(bytes, findCardNumbers)) return named;
  const clean = await redactFile(file.mediaType, bytes, findCardNumbers);
  return clean ? { ...named, bytes: clean } : named;
}
