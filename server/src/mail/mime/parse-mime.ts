import { type NameAndAddress, parseAddressList } from './address-list.ts';
import { type Attachment, readAttachment } from './attachment.ts';
import { charsetHint, htmlBody, sortParts, textBody } from './bodies.ts';
import { parseDate } from './dates.ts';
import { decodeHeader } from './encoded-words.ts';
import { parseMessageIds } from './message-ids.ts';
import { fieldOf, type MimePart, readMimeTree } from './mime-tree.ts';
import { type Protection, protectionOf, readArmor, signedContent } from './protection.ts';
import { readSenderClaims, type SenderClaims } from './sender-claims.ts';
import { openWinmail } from './winmail.ts';

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
  const hint = charsetHint(signedContent(root) ?? root) || charsetHint(root);
  const bodyParts = sortParts(root);
  const bodyText = textBody(bodyParts.text, hint);
  const armor = bodyText === null ? null : readArmor(bodyText);
  const body = { text: armor?.text ?? bodyText, html: htmlBody(bodyParts, hint) };
  const attachments = bodyParts.attachments.map(({ part, related }, index) =>
    readAttachment(part, related, index, hint),
  );
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
    ...openWinmail({ ...body, attachments }, hint),
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
