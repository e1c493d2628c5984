import type { NameAndAddress } from '../mime/address-list.ts';
import { parseMessageIds } from '../mime/message-ids.ts';
import { attachedFile } from './attached-file.ts';
import { cleanContentId, resolvePictures } from './content-ids.ts';
import { mimeBytes } from './mime-bytes.ts';

type EncodeWord = typeof import('nodemailer/lib/mime-funcs/index.js')['encodeWord'];

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
  /** An iTIP REPLY (RFC 5546), sent as an alternative of the text (RFC 6047 §2.4). */
  calendarReply?: string | null;
  attachments?: OutgoingAttachment[];
};

export type OutgoingAttachment = {
  filename: string;
  mediaType: string;
  /** Without angle brackets; the HTML refers to the part by `cid:` and this id (RFC 2392). Null for a file. */
  contentId: string | null;
  bytes: Uint8Array;
};

/**
 * Builds a message (RFC 5322, RFC 2045) with nodemailer's composer, which encodes and folds. Control
 * characters are removed from every value first, so that no value can start another header.
 */
export async function composeMime(mail: OutgoingMail): Promise<Buffer> {
  // Loaded when the first message is written.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer/index.js');
  const { encodeWord } = await import('nodemailer/lib/mime-funcs/index.js');
  const quotedPrintable = await import('nodemailer/lib/qp/index.js');
  const base64 = await import('nodemailer/lib/base64/index.js');
  const inReplyTo = parseMessageIds(mail.inReplyTo ?? '')[0];
  const references = mail.references.flatMap(parseMessageIds);
  const { html, attachments } = withPictures(mail);
  const composer = new MailComposer({
    from: person(mail.from),
    ...(mail.replyTo && { replyTo: [person(mail.replyTo)] }),
    to: mail.to.map(person),
    cc: mail.cc.map(person),
    bcc: mail.bcc.map(person),
    text: toCrlf(mail.text),
    ...(html !== null && { html: toCrlf(html) }),
    ...(inReplyTo && { inReplyTo }),
    ...(references.length > 0 && { references }),
    headers: Object.fromEntries(
      Object.entries(mail.headers)
        .filter(([name]) => fieldName.test(name))
        .map(([name, value]) => [name, unstructured(oneLine(value), encodeWord)]),
    ),
    ...(mail.calendarReply && {
      alternatives: [
        { contentType: 'text/calendar; charset=utf-8; method=REPLY', content: mail.calendarReply },
      ],
    }),
    attachments,
    date: mail.date,
    // No content may make the composer read a file or fetch a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composer.compile();
  message.setHeader('Subject', unstructured(oneLine(mail.subject), encodeWord));
  encodeWordLikeNames(message, encodeWord);
  message.keepBcc = true;
  // Of files its streams hold fewer copies at once.
  if (attachments.length > 0) return message.build();
  return mimeBytes(message, { quotedPrintable, base64 });
}

/** RFC 5322 §3.6.8: printable ASCII without a colon. A header with an invalid name is left out. */
const fieldName = /^[!-9;-~]{1,76}$/;

const maxNameLength = 200;
/** Lines are folded at spaces and have at most 998 characters (RFC 5322 §2.1.1), so spaces are inserted here. */
const unbreakable = /\S{500}(?=\S)/g;

/** Text that looks like an encoded word (RFC 2047) is encoded itself, or the recipient would see it decoded. */
function unstructured(text: string, encodeWord: EncodeWord) {
  if (!text.includes('=?')) return text;
  return { prepared: true, foldLines: true, value: encodeWord(text, 'Q', 52) };
}

/**
 * Makes nodemailer encode a name that looks like an encoded word. It puts such a name in quotes, where it should
 * not be decoded (RFC 2047 §5), but is. Its option for prepared fields does not exist for address fields.
 */
function encodeWordLikeNames(message: object, encodeWord: EncodeWord): void {
  const node = message as { _encodeAddressName(name: string): string };
  const encodeName = node._encodeAddressName;
  node._encodeAddressName = (name) =>
    name.includes('=?') ? encodeWord(name, 'Q', 52) : encodeName.call(node, name);
}

/** The HTML and the attachments: inline those that the HTML shows, every other one a file (RFC 2183 §2). */
function withPictures({ html, attachments = [] }: OutgoingMail) {
  const ids = attachments.map(({ contentId }) => cleanContentId(contentId ?? ''));
  const pictures = html === null ? null : resolvePictures(html, new Set(ids.filter(Boolean)));
  return {
    html: pictures?.html ?? null,
    attachments: attachments.map((attachment, index) => {
      const cid = ids[index]!;
      const isShown = pictures?.shown.has(cid);
      return {
        filename: fileName(attachment.filename),
        ...attachedFile(attachment),
        contentDisposition: isShown ? ('inline' as const) : ('attachment' as const),
        ...(isShown && { cid }),
      };
    }),
  };
}

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
