import { threadId } from 'node:worker_threads';
import { zstdCompressSync } from 'node:zlib';
import type { MessageKind, NameAndAddress, Recipients, Report, Sender } from '../../database/column-types.ts';
import { toStorable, toStorableText } from '../../database/storable.ts';
import { type Invitation, readInvitation } from '../../mail/calendar/invitation.ts';
import { isCalendar } from '../../mail/calendar/is-calendar.ts';
import { readThreadIndex } from '../../mail/compose/thread-index.ts';
import { maxAddressBytes, normalizeAddress } from '../../mail/mime/addresses.ts';
import type { Attachment } from '../../mail/mime/attachment.ts';
import { chooseText } from '../../mail/mime/choose-text.ts';
import { utcOffsetOf } from '../../mail/mime/dates.ts';
import { cleanFileName } from '../../mail/mime/file-names.ts';
import { fileTypeOf } from '../../mail/mime/file-type.ts';
import { type ParsedMail, type ParseOutcome, parseMime } from '../../mail/mime/parse-mime.ts';
import { accountMailIdOf, deliveryIdOf, isTemplateTest } from '../../mail/mime/postroom-headers.ts';
import type { Protection } from '../../mail/mime/protection.ts';
import { readReaction } from '../../mail/mime/reaction.ts';
import type { SenderClaims } from '../../mail/mime/sender-claims.ts';
import { snippetOf } from '../../mail/mime/snippet.ts';
import { decodeUuencoded, splitUuencoded } from '../../mail/mime/uuencode.ts';
import { messageRole } from '../../mail/quoting/message-role.ts';
import { ownParts } from '../../mail/quoting/own-parts.ts';
import { isAutoSubmitted } from '../../mail/reports/auto-replies.ts';
import { type Classification, classify } from '../../mail/reports/classify.ts';
import { inOwnMemory } from '../../own-memory.ts';

/** The content of a message as it is stored: text that Postgres can store, every field present. */
export type ParsedMessage = {
  threadingHeaders: { rfcMessageId: string | null; inReplyTo: string | null; references: string[] };
  /** Thread-Index, of mail by Outlook. */
  threadIndex: string | null;
  /** How far the writer's clock is ahead of UTC, in minutes; null if unknown. */
  utcOffset: number | null;
  /** The delivery whose Sent copy it says to be (X-Postroom-Delivery). */
  deliveryId: string | null;
  /** An account mail of Postroom's own, which is no conversation (notifications/account-mail.ts). */
  accountMailId: string | null;
  /** It says to be a template's test (X-Postroom-Test). */
  isTemplateTest: boolean;
  from: NameAndAddress;
  senderClaims: SenderClaims;
  /** Who wrote and who is answered: identify-sender.ts finds it when the message is stored. */
  sender: Sender;
  /** The person who wrote, as in `sender`; their address is normalised. */
  writer: NameAndAddress;
  /** `writer` is known by Reply-To only. */
  writerByReplyTo: boolean;
  /** Whom a form names in Reply-To that is not verified, normalised: it is no writer. Null for other mail. */
  formReplyTo: string | null;
  /** The first recipient who is not one of us. Address normalised. */
  addressee: NameAndAddress;
  recipients: Recipients;
  kind: MessageKind;
  /** A program certainly wrote it: it does not reopen a conversation and needs no answer (R6). */
  automatic: boolean;
  /** A program sent it, such as a newsletter or a receipt (RFC 3834 §2); an agent reads it as any other mail. */
  byProgram: boolean;
  /** Auto-Submitted says that a program wrote it; in a thread of ours it is an automatic reply. */
  autoSubmitted: boolean;
  /** The content of a bounce or complaint; null for all other mail. */
  report: Report | null;
  subject: string;
  text: string;
  html: string | null;
  /** Without quoted history and signature; null if there are none (R7). */
  ownText: string | null;
  ownHtml: string | null;
  snippet: string;
  /** The emoji of a reaction to an earlier message; null for all other mail. */
  reaction: string | null;
  /** Why it could not be parsed; its raw bytes are stored and offered instead (R1). */
  unreadable: string | null;
  /** How it is signed or encrypted; null for an open message. */
  protection: Protection | null;
  invitation: Invitation | null;
  attachments: Array<{
    filename: string;
    /** By its content where that is plain (file-type.ts), else as declared. */
    mediaType: string;
    /** The character set that a text file is declared to be in; null if none is. */
    charset: string | null;
    contentId: string | null;
    inline: boolean;
    bytes: Uint8Array;
  }>;
};

/** More than any real message has; the rest of a malicious one stays in its raw bytes. */
const maxAttachments = 500;
const maxAuthors = 20;

const emptyAddress: NameAndAddress = { name: '', address: '' };
const noSenderClaims: SenderClaims = {
  authors: [],
  fromMachine: false,
  namedInFrom: null,
  originalSender: null,
  listAddresses: [],
  deliveredTo: [],
  fromVerified: false,
  originalSenderVerified: false,
  dmarcFailed: false,
  withoutVerdict: true,
};

/** What Gmail says of a message; `size`: of its raw bytes. */
export type FetchedMessage = {
  gmailId: string;
  gmailThreadId: string;
  labels: string[];
  /** When Gmail accepted it. It orders the timeline, because the Date header may contain anything. */
  internalDate: Date;
  size: number;
};

/** A message that is ready to be stored; `zstd` as in ParseResult. */
export type MessageToStore = {
  fetched: FetchedMessage;
  parsed: ParsedMessage;
  zstd: Uint8Array;
  /** Numbers of payment cards were removed from it (redact-card-numbers.ts). */
  cardsRedacted?: boolean;
};

/** A parsed message, and its raw bytes as they are stored: compressed with zstd (RFC 8878). */
export type ParseResult = {
  parsed: ParsedMessage;
  zstd: Uint8Array;
  /** The thread that parsed it (node:worker_threads). */
  threadId: number;
};

/** Runs in a worker thread (parser.ts). Compresses synchronously: that is cheaper than a task in zlib's thread pool. */
export async function parseAndCompress(raw: Uint8Array): Promise<ParseResult> {
  const parsed = await parseMessage(raw);
  for (const attachment of parsed.attachments) attachment.bytes = inOwnMemory(attachment.bytes);
  return { parsed, zstd: inOwnMemory(zstdCompressSync(raw)), threadId };
}

/** Parses the bytes of a message (RFC 5322). Never throws, whatever they are. */
export async function parseMessage(raw: Uint8Array): Promise<ParsedMessage> {
  try {
    return toStorable(toParsedMessage(await parseMime(raw)));
  } catch (error) {
    return unreadable(`It could not be read: ${(error as Error).message}`);
  }
}

function toParsedMessage(outcome: ParseOutcome): ParsedMessage {
  if (outcome.kind === 'unreadable') return unreadable(outcome.reason);
  const mail = outcome;
  const from = cleanAddress(mail.from ?? mail.sender ?? emptyAddress);
  const to = mail.to.map(cleanAddress);
  const plainText = splitUuencoded(mail.text ?? '') ?? { text: mail.text ?? '', files: [] };
  const bodies = chooseText(
    toStorableText(plainText.text),
    mail.html === null ? null : toStorableText(mail.html),
  );
  const { text, html } = bodies;
  const role = messageRole(mail);
  const own = ownParts(bodies, role);
  const classification = classify(mail);
  const reaction = readReaction(mail, [plainText.text, text]);
  return {
    threadingHeaders: {
      rfcMessageId: mail.messageId,
      inReplyTo: mail.inReplyTo,
      references: mail.references,
    },
    threadIndex: threadIndexOf(mail),
    utcOffset: utcOffsetOf(mail.headers.find(({ name }) => name.toLowerCase() === 'date')?.value ?? ''),
    deliveryId: deliveryIdOf(mail),
    accountMailId: accountMailIdOf(mail),
    isTemplateTest: isTemplateTest(mail),
    from,
    ...unidentified(from),
    senderClaims: storableClaims(mail.senderClaims),
    recipients: {
      to,
      cc: mail.cc.map(cleanAddress),
      bcc: mail.bcc.map(cleanAddress),
      replyTo: mail.replyTo.map(cleanAddress),
    },
    kind: classification.kind,
    // A reaction reopens nothing and needs no answer either.
    automatic: reaction !== null || isCertainlyAutomatic(classification),
    // The fields of a list are on what people write through it, too.
    byProgram: classification.kind === 'list' ? isAutoSubmitted(mail) : classification.automatic,
    autoSubmitted: isAutoSubmitted(mail),
    report: reportOf(classification),
    subject: mail.subject,
    text,
    html,
    ...own,
    snippet: snippetOf(own.ownText || text, { withQuoted: role === 'new' }),
    reaction,
    unreadable: null,
    protection: mail.protection,
    invitation: invitationIn(mail),
    attachments: [
      ...(reaction === null ? mail.attachments.map(readAttachment) : []),
      ...plainText.files.map(readUuencoded),
    ].slice(0, maxAttachments),
  };
}

function readUuencoded({ filename, bytes }: { filename: string; bytes: Buffer }) {
  const name = cleanFileName(filename) || 'file';
  const mediaType = fileTypeOf('application/octet-stream', name, bytes);
  return { filename: name, mediaType, charset: null, contentId: null, inline: false, bytes };
}

function readAttachment(attachment: Attachment): ParsedMessage['attachments'][number] {
  const bytes = decodeUuencoded(attachment.bytes) ?? attachment.bytes;
  const filename = toStorableText(attachment.filename);
  return {
    filename,
    mediaType: fileTypeOf(attachment.mediaType, filename, bytes),
    charset: attachment.charset?.slice(0, 100) ?? null,
    contentId: attachment.contentId,
    inline: attachment.contentId !== null && (attachment.related || attachment.disposition === 'inline'),
    bytes,
  };
}

function invitationIn(mail: ParsedMail): Invitation | null {
  const calendar = mail.attachments.find(isCalendar);
  if (!calendar) return null;
  return readInvitation(toStorableText(Buffer.from(calendar.bytes).toString('utf8')));
}

/** What is stored of a message that cannot be parsed, beside its raw bytes. */
export function unreadable(reason: string): ParsedMessage {
  return {
    threadingHeaders: { rfcMessageId: null, inReplyTo: null, references: [] },
    threadIndex: null,
    utcOffset: null,
    deliveryId: null,
    accountMailId: null,
    isTemplateTest: false,
    from: emptyAddress,
    ...unidentified(emptyAddress),
    senderClaims: noSenderClaims,
    recipients: { to: [], cc: [], bcc: [], replyTo: [] },
    kind: 'ordinary',
    automatic: false,
    byProgram: false,
    autoSubmitted: false,
    report: null,
    subject: '',
    text: '',
    html: null,
    ownText: null,
    ownHtml: null,
    snippet: '',
    reaction: null,
    unreadable: toStorableText(reason),
    protection: null,
    invitation: null,
    attachments: [],
  };
}

/** Mail of shops and lists is automatic too, but an agent reads it as any other mail. */
function isCertainlyAutomatic(classification: Classification): boolean {
  const { kind } = classification;
  if (kind === 'auto-reply') return classification.certain;
  return kind === 'bounce' || kind === 'complaint';
}

function reportOf(classification: Classification): Report | null {
  if (classification.kind === 'bounce') {
    const { deliveryId, originalMessageId, recipients } = classification;
    return {
      deliveryId,
      originalMessageId,
      recipients: recipients.map((recipient) => ({
        kind: recipient.temporary ? 'delayed' : 'failed',
        addresses: [recipient.address, recipient.originalAddress ?? recipient.address].map((address) =>
          normalizeAddress(toStorableText(address)),
        ),
        status: recipient.status,
        reason: recipient.reason,
        diagnostic: recipient.diagnostic,
      })),
    };
  }
  if (classification.kind === 'complaint') {
    const { deliveryId, originalMessageId, recipient, feedbackType } = classification;
    return {
      deliveryId,
      originalMessageId,
      recipients: [
        {
          kind: 'complaint',
          addresses: recipient ? [normalizeAddress(toStorableText(recipient))] : [],
          status: '',
          diagnostic: feedbackType,
        },
      ],
    };
  }
  return null;
}

function threadIndexOf({ headers }: ParsedMail): string | null {
  const field = headers.find(({ name }) => name.toLowerCase() === 'thread-index');
  return field ? readThreadIndex(field.value) : null;
}

/** The sender until it is identified: From. */
function unidentified(
  from: NameAndAddress,
): Pick<ParsedMessage, 'sender' | 'writer' | 'writerByReplyTo' | 'formReplyTo' | 'addressee'> {
  return {
    sender: {
      writer: from,
      otherAuthors: [],
      answerTo: [from],
      ignoredReplyTo: [],
      ownGroups: [],
      verification: 'unknown',
    },
    writer: { name: from.name, address: normalizeAddress(from.address) },
    writerByReplyTo: false,
    formReplyTo: null,
    addressee: emptyAddress,
  };
}

function storableClaims(claims: SenderClaims): SenderClaims {
  return {
    ...claims,
    authors: claims.authors.slice(0, maxAuthors).map(cleanAddress),
    originalSender: claims.originalSender && cleanAddress(claims.originalSender),
    namedInFrom: claims.namedInFrom && cleanAddress(claims.namedInFrom),
  };
}

/** A name that is an address is dropped: it only repeats the address, or hides it behind another one. */
function cleanAddress({ name, address }: NameAndAddress): NameAndAddress {
  return {
    name: address && isAddress(name.trim()) ? '' : toStorableText(name),
    address: toStorableText(address),
  };
}

/** Perhaps with quotes around it. */
function isAddress(text: string): boolean {
  return text.length <= maxAddressBytes + 2 && /^[^\s@]+@[^\s@]+$/.test(text);
}
