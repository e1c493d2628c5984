import { type NameAndAddress, parseAddressList } from './address-list.ts';
import { charsetHint, htmlBody, readText, sortParts, textBody } from './bodies.ts';
import { parseDate } from './dates.ts';
import { decodeHeader } from './encoded-words.ts';
import { parseMessageIds } from './message-ids.ts';
import { decodedBody, fieldOf, type MimePart, readMimeTree } from './mime-tree.ts';
import { parseParameters } from './parameters.ts';
import { type Protection, protectionOf, readArmor, signedContent } from './protection.ts';
import { readSenderClaims, type SenderClaims } from './sender-claims.ts';

export type Attachment = {
  /** Never empty: a part without a name gets a default for its media type. */
  filename: string;
  mediaType: string;
  /** Without angle brackets; null if the part has none. */
  contentId: string | null;
  disposition: 'inline' | 'attachment' | null;
  /** It is in a multipart/related, so HTML beside it may refer to it by its Content-ID. */
  related: boolean;
  bytes: Uint8Array;
};

/** A parsed message. Message-IDs include their angle brackets. */
export type ParsedMail = {
  messageId: string | null;
  inReplyTo: string | null;
  references: string[];
  from: NameAndAddress | null;
  sender: NameAndAddress | null;
  replyTo: NameAndAddress[];
  senderClaims: SenderClaims;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  bcc: NameAndAddress[];
  subject: string;
  /** The Date header; null if absent or not a date. */
  date: Date | null;
  /** Line ends are "\n"; null if the message has only HTML. */
  text: string | null;
  html: string | null;
  /** Includes attached messages and calendar invitations. */
  attachments: Attachment[];
  /** In order, decoded. */
  headers: Array<{ name: string; value: string }>;
  /** Null for a message neither signed nor encrypted. The content of a signed message is parsed like any other. */
  protection: Protection | null;
};

export type ParseOutcome = ({ kind: 'parsed' } & ParsedMail) | { kind: 'unreadable'; reason: string };

/**
 * Parses a message (RFC 5322, RFC 2045 to RFC 2049). Never rejects: a message that cannot be parsed is
 * `unreadable`, with the reason in English. An attached message is an attachment, not part of the body.
 */
export async function parseMime(raw: Uint8Array): Promise<ParseOutcome> {
  try {
    const root = readMimeTree(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
    if (root.fields.length === 0 && root.body.toString('latin1', 0, 10_000).trim() === '') {
      return { kind: 'unreadable', reason: 'The message has neither headers nor a body.' };
    }
    return { kind: 'parsed', ...readMail(root) };
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Converts a tree of parts to a mail. */
export function readMail(root: MimePart): ParsedMail {
  const signed = signedContent(root);
  const hint = charsetHint(signed ?? root) || charsetHint(root);
  const bodyParts = sortParts(signed ?? root);
  const bodyText = textBody(bodyParts.text, hint);
  const armor = bodyText === null ? null : readArmor(bodyText);
  const text = armor?.text ?? bodyText;
  const ids = (name: string) => parseMessageIds(decodeHeader(fieldOf(root, name) ?? ''));
  return {
    messageId: ids('message-id')[0] ?? null,
    inReplyTo: ids('in-reply-to')[0] ?? null,
    references: ids('references'),
    from: person(root, 'from', hint),
    sender: person(root, 'sender', hint),
    replyTo: people(root, 'reply-to', hint),
    senderClaims: readSenderClaims(root, hint),
    to: people(root, 'to', hint),
    cc: people(root, 'cc', hint),
    bcc: people(root, 'bcc', hint),
    subject: decodeHeader(fieldOf(root, 'subject') ?? '', hint).trim(),
    date: parseDate(fieldOf(root, 'date') ?? ''),
    text,
    html: htmlBody(bodyParts.html, hint),
    attachments: bodyParts.attachments.map(({ part, related }, index) =>
      readAttachment(part, related, index, hint),
    ),
    headers: root.fields.map(({ name, value }) => ({ name, value: decodeHeader(value, hint) })),
    protection: protectionOf(root) ?? armor?.protection ?? null,
  };
}

/** The first entry that has an address, else the first. */
function person(root: MimePart, name: string, hint: string): NameAndAddress | null {
  const found = people(root, name, hint);
  return found.find(({ address }) => address) ?? found[0] ?? null;
}

/** The addresses in all fields of a name: some programs write To twice. */
function people(root: MimePart, name: string, hint: string): NameAndAddress[] {
  return root.fields
    .filter((field) => field.name.toLowerCase() === name)
    .flatMap((field) => parseAddressList(field.value, hint));
}

function readAttachment(part: MimePart, related: boolean, index: number, hint: string): Attachment {
  const mediaType = part.contentType.value;
  const disposition = part.disposition?.value;
  const declaredName =
    parameterOf(part, 'content-disposition', 'filename', hint) ||
    parameterOf(part, 'content-type', 'name', hint);
  const contentId = (fieldOf(part, 'content-id') ?? '').replace(/^\s*<|>\s*$/g, '').trim();
  return {
    filename: fileName(declaredName) || defaultName(mediaType, index),
    mediaType,
    contentId: contentId || null,
    disposition: disposition === 'inline' || disposition === 'attachment' ? disposition : null,
    related,
    bytes: mediaType === 'text/calendar' ? Buffer.from(readText(part, hint)) : decodedBody(part),
  };
}

/** A parameter of a field of a part, read again because the hint was not known yet; empty if there is none. */
function parameterOf(part: MimePart, field: string, name: string, hint: string): string {
  return parseParameters(fieldOf(part, field) ?? '', hint).parameters.get(name) ?? '';
}

/** A file name without control characters and bidirectional marks, which can disguise its extension. */
function fileName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are removed
  const clean = name.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').trim();
  return clean.slice(0, 500);
}

const usualNames: Record<string, string> = {
  'message/rfc822': 'message-#.eml',
  'message/global': 'message-#.eml',
  'message/partial': 'message-#.eml',
  'message/delivery-status': 'delivery-report-#.txt',
  'message/disposition-notification': 'receipt-#.txt',
  'message/feedback-report': 'complaint-#.txt',
  'message/external-body': 'elsewhere-#.txt',
  'text/rfc822-headers': 'headers-#.txt',
  'text/calendar': 'invitation-#.ics',
  'text/plain': 'text-#.txt',
  'text/vcard': 'contact-#.vcf',
  'text/x-vcard': 'contact-#.vcf',
  'image/jpeg': 'attachment-#.jpg',
  'image/svg+xml': 'attachment-#.svg',
  'application/ms-tnef': 'winmail.dat',
  'application/vnd.ms-tnef': 'winmail.dat',
  'application/pgp-signature': 'signature.asc',
  'application/pgp-keys': 'key-#.asc',
  'application/pkcs7-signature': 'smime.p7s',
  'application/x-pkcs7-signature': 'smime.p7s',
  'application/pkcs7-mime': 'smime.p7m',
  'application/x-pkcs7-mime': 'smime.p7m',
};

/** The file name of a part without one; `index` counts from 0. */
function defaultName(mediaType: string, index: number): string {
  const usualName = usualNames[mediaType];
  if (usualName) return usualName.replace('#', String(index + 1));
  const subtype = /^[a-z]+\/(?:x-)?([a-z0-9]{1,8})$/.exec(mediaType)?.[1];
  return `attachment-${index + 1}${subtype ? `.${subtype}` : ''}`;
}
