import PostalMime, { type Address, type Email, type Attachment as ParsedAttachment } from 'postal-mime';
import type { NameAndAddress } from './addresses.ts';
import { parseMessageIds } from './message-ids.ts';

export type Attachment = {
  /** Never empty: a part without a name gets one from its type. */
  filename: string;
  mediaType: string;
  /** Without its angle brackets; null where the part has none. */
  contentId: string | null;
  disposition: 'inline' | 'attachment' | null;
  /** The HTML refers to it by its Content-ID. */
  related: boolean;
  bytes: Uint8Array;
};

/** A message taken apart. Ids carry their angle brackets. */
export type ParsedMail = {
  messageId: string | null;
  inReplyTo: string | null;
  references: string[];
  from: NameAndAddress | null;
  sender: NameAndAddress | null;
  replyTo: NameAndAddress[];
  to: NameAndAddress[];
  cc: NameAndAddress[];
  bcc: NameAndAddress[];
  subject: string;
  /** The Date header; null where absent or not a date, never now. */
  date: Date | null;
  text: string | null;
  html: string | null;
  attachments: Attachment[];
  headers: Array<{ name: string; value: string }>;
};

export type ParseOutcome = ({ kind: 'parsed' } & ParsedMail) | { kind: 'unreadable'; reason: string };

/**
 * Takes a message apart (RFC 5322, RFC 2045 ff). Never throws: what no parser can read is answered
 * as unreadable, with the reason. A message inside the message is an attachment, not merged into it.
 */
export async function parseMime(raw: Uint8Array): Promise<ParseOutcome> {
  try {
    const email = await PostalMime.parse(raw, {
      rfc822Attachments: true,
      forceRfc822Attachments: true,
      attachmentEncoding: 'arraybuffer',
    });
    if (email.headers.length === 0 && !email.text && !email.html && email.attachments.length === 0) {
      return { kind: 'unreadable', reason: 'The message has neither headers nor a body.' };
    }
    return { kind: 'parsed', ...readEmail(email) };
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}

function readEmail(email: Email): ParsedMail {
  return {
    messageId: parseMessageIds(email.messageId ?? '')[0] ?? null,
    inReplyTo: parseMessageIds(email.inReplyTo ?? '')[0] ?? null,
    references: parseMessageIds(email.references ?? ''),
    from: flat(email.from ? [email.from] : [])[0] ?? null,
    sender: flat(email.sender ? [email.sender] : [])[0] ?? null,
    replyTo: flat(email.replyTo ?? []),
    to: flat(email.to ?? []),
    cc: flat(email.cc ?? []),
    bcc: flat(email.bcc ?? []),
    subject: email.subject ?? '',
    date: readDate(email.date),
    text: email.text ?? null,
    html: email.html ?? null,
    attachments: email.attachments.map(readAttachment),
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
  };
}

/** The people of an address list, groups opened (RFC 5322 §3.4). */
function flat(list: Address[]): NameAndAddress[] {
  return list
    .flatMap((entry) => entry.group ?? [entry])
    .map(({ name, address }) => ({ name: name.trim(), address: address.trim() }))
    .filter(({ name, address }) => name || address);
}

function readDate(value: string | undefined): Date | null {
  const date = new Date(value ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

function readAttachment(part: ParsedAttachment, index: number): Attachment {
  const { disposition, content } = part;
  return {
    filename: part.filename?.trim() || nameFor(part.mimeType, index),
    mediaType: part.mimeType || 'application/octet-stream',
    contentId: part.contentId?.replace(/^\s*<|>\s*$/g, '').trim() || null,
    disposition: disposition === 'inline' ? 'inline' : disposition === 'attachment' ? 'attachment' : null,
    related: part.related ?? false,
    bytes: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content as ArrayBuffer),
  };
}

/** A name for a part that has none. */
function nameFor(mediaType: string, index: number): string {
  if (mediaType === 'message/rfc822') return `message-${index + 1}.eml`;
  if (mediaType === 'text/calendar') return `invitation-${index + 1}.ics`;
  const subtype = /^[a-z]+\/(?:x-)?([a-z0-9]{1,8})$/.exec(mediaType)?.[1];
  return `attachment-${index + 1}${subtype ? `.${subtype}` : ''}`;
}
