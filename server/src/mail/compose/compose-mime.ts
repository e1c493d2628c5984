import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { NameAndAddress } from '../mime/address-list.ts';
import { parseMessageIds } from '../mime/message-ids.ts';

export type OutgoingMail = {
  from: NameAndAddress;
  replyTo: NameAndAddress | null;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  /** Written as a header: Gmail sends to these addresses and removes the header (docs/gmail.md, section 4). */
  bcc: NameAndAddress[];
  subject: string;
  text: string;
  html: string | null;
  inReplyTo: string | null;
  references: string[];
  /** Further headers, by name. */
  headers: Record<string, string>;
  date: Date;
  attachments?: OutgoingAttachment[];
};

export type OutgoingAttachment = {
  filename: string;
  mediaType: string;
  /** Without angle brackets; the HTML refers to the part by `cid:` and this id (RFC 2392). Null for a plain attachment. */
  contentId: string | null;
  bytes: Uint8Array;
};

/**
 * Builds a message (RFC 5322, RFC 2045) with nodemailer's composer, which encodes and folds. Control
 * characters are removed from every value first, so that no value can start another header.
 */
export async function composeMime(mail: OutgoingMail): Promise<Buffer> {
  const inReplyTo = parseMessageIds(mail.inReplyTo ?? '')[0];
  const references = mail.references.flatMap(parseMessageIds);
  const composer = new MailComposer({
    from: person(mail.from),
    ...(mail.replyTo && { replyTo: [person(mail.replyTo)] }),
    to: mail.to.map(person),
    cc: mail.cc.map(person),
    bcc: mail.bcc.map(person),
    subject: oneLine(mail.subject),
    text: toCrlf(mail.text),
    ...(mail.html !== null && { html: toCrlf(mail.html) }),
    ...(inReplyTo && { inReplyTo }),
    ...(references.length > 0 && { references }),
    headers: Object.fromEntries(
      Object.entries(mail.headers)
        .filter(([name]) => fieldName.test(name))
        .map(([name, value]) => [name, oneLine(value)]),
    ),
    attachments: (mail.attachments ?? []).map(({ filename, mediaType, contentId, bytes }) => ({
      filename: fileName(filename),
      contentType: mediaTypeSyntax.test(mediaType) ? mediaType : 'application/octet-stream',
      content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      ...(contentId && {
        cid: contentId.replace(/[^\w.@+-]/g, '').slice(0, maxNameLength),
        contentDisposition: 'inline' as const,
      }),
    })),
    date: mail.date,
    // No content may make the composer read a file or fetch a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composer.compile();
  message.keepBcc = true;
  return message.build();
}

/** RFC 5322 §3.6.8: printable ASCII without a colon. A header with an invalid name is left out. */
const fieldName = /^[!-9;-~]{1,76}$/;
const mediaTypeSyntax = /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/;

const maxNameLength = 200;
/** Lines are folded at spaces and have at most 998 characters (RFC 5322 §2.1.1), so spaces are inserted here. */
const unbreakable = /\S{500}(?=\S)/g;

function person({ name, address }: NameAndAddress): { name: string; address: string } {
  return {
    name: oneLine(name).slice(0, maxNameLength).toWellFormed(),
    address: oneLine(address).replace(/[\s<>",;]/g, ''),
  };
}

/** Shortened at the start, to keep the extension. */
function fileName(name: string): string {
  return oneLine(name).replace(/[/\\]/g, '_').slice(-maxNameLength).toWellFormed() || 'attachment';
}

/** RFC 5322 §2.3: CR and LF occur only together. */
function toCrlf(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are removed
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
  return line.toWellFormed().replace(unbreakable, '$& ');
}
