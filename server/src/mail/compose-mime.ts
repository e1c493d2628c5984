import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { NameAndAddress } from './addresses.ts';

export type OutgoingMail = {
  from: NameAndAddress;
  replyTo: NameAndAddress | null;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  /** Kept as a header: Gmail sends to it, and takes it out of what is delivered. */
  bcc: NameAndAddress[];
  subject: string;
  text: string;
  html: string | null;
  inReplyTo: string | null;
  references: string[];
  /** Further headers, by name. */
  headers: Record<string, string>;
  date: Date;
};

/**
 * Builds the bytes of a message (RFC 5322, MIME) with nodemailer's composer, which encodes and folds.
 * Control characters are taken out of every value first, so none can end a header and begin another.
 */
export async function composeMime(mail: OutgoingMail): Promise<Buffer> {
  const composer = new MailComposer({
    from: person(mail.from),
    ...(mail.replyTo && { replyTo: [person(mail.replyTo)] }),
    to: mail.to.map(person),
    cc: mail.cc.map(person),
    bcc: mail.bcc.map(person),
    subject: oneLine(mail.subject),
    text: mail.text,
    ...(mail.html !== null && { html: mail.html }),
    ...(mail.inReplyTo && { inReplyTo: oneLine(mail.inReplyTo) }),
    ...(mail.references.length > 0 && { references: mail.references.map(oneLine) }),
    headers: Object.fromEntries(
      Object.entries(mail.headers).map(([name, value]) => [oneLine(name), oneLine(value)]),
    ),
    date: mail.date,
    // Nothing written may make the composer read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composer.compile();
  message.keepBcc = true;
  return message.build();
}

function person({ name, address }: NameAndAddress): { name: string; address: string } {
  return { name: oneLine(name), address: oneLine(address).replace(/[\s<>",;]/g, '') };
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}
