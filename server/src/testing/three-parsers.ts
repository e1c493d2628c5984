import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type AddressObject, simpleParser } from 'mailparser';
import PostalMime, { type Address } from 'postal-mime';

type Person = { name: string; address: string };

/** A message as a parser reads it; fields that a parser does not report are missing. */
export type ReadMail = {
  from: Person[];
  to: Person[];
  cc: Person[];
  bcc: Person[];
  replyTo: Person[];
  subject: string;
  text: string | null;
  html: string | null;
  files: Array<{
    filename: string;
    mediaType: string;
    disposition: string | null;
    contentId: string | null;
    sha256: string;
    size: number;
  }>;
  /** What the parser reports as against the standards. */
  defects: string[];
};

/** Parsers of others, by name, of which none shares code with this project. Each reads a list of messages. */
export const parsers: Record<string, (raws: Buffer[]) => Promise<ReadMail[]>> = {
  mailparser: (raws) => Promise.all(raws.map(byMailparser)),
  'postal-mime': (raws) => Promise.all(raws.map(byPostalMime)),
  // Set by the system: a test that needs it is skipped where it is missing.
  ...(spawnSync('python3', ['-c', 'import email.policy']).status === 0 && { python: byPython }),
};

async function byMailparser(raw: Buffer): Promise<ReadMail> {
  const mail = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true });
  const people = (field: AddressObject | AddressObject[] | undefined) =>
    [field ?? []]
      .flat()
      .flatMap(({ value }) => value)
      .map(({ name, address }) => ({ name, address: address ?? '' }));
  return {
    from: people(mail.from),
    to: people(mail.to),
    cc: people(mail.cc),
    bcc: people(mail.bcc),
    replyTo: people(mail.replyTo),
    subject: mail.subject ?? '',
    text: mail.text ?? null,
    html: mail.html || null,
    files: mail.attachments.map((file) => ({
      filename: file.filename ?? '',
      // `contentType` is guessed by the extension where the header says application/octet-stream.
      mediaType: (file.headers.get('content-type') as { value: string }).value,
      disposition: file.contentDisposition ?? null,
      contentId: file.cid ?? null,
      ...digest(file.content),
    })),
    defects: [],
  };
}

async function byPostalMime(raw: Buffer): Promise<ReadMail> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer', rfc822Attachments: true });
  const people = (field: Address | Address[] | undefined) =>
    [field ?? []].flat().map(({ name, address }) => ({ name, address: address ?? '' }));
  return {
    from: people(mail.from),
    to: people(mail.to),
    cc: people(mail.cc),
    bcc: people(mail.bcc),
    replyTo: people(mail.replyTo),
    subject: mail.subject ?? '',
    text: mail.text ?? null,
    html: mail.html ?? null,
    files: mail.attachments.map((file) => ({
      filename: file.filename ?? '',
      mediaType: file.mimeType,
      disposition: file.disposition,
      contentId: file.contentId?.replace(/^<|>$/g, '') ?? null,
      ...digest(withCrlf(Buffer.from(file.content as ArrayBuffer), file.mimeType)),
    })),
    defects: [],
  };
}

/** Postal-mime converts the line ends of these types to LF, and adds one to an attached message. */
function withCrlf(bytes: Buffer, mediaType: string): Buffer {
  if (mediaType !== 'message/rfc822' && mediaType !== 'text/calendar') return bytes;
  const text = bytes.toString('latin1');
  const whole = mediaType === 'message/rfc822' ? text.replace(/\n$/, '') : text;
  return Buffer.from(whole.replaceAll('\n', '\r\n'), 'latin1');
}

async function byPython(raws: Buffer[]): Promise<ReadMail[]> {
  const script = fileURLToPath(new URL('parse_mail.py', import.meta.url));
  const input = JSON.stringify(raws.map((raw) => raw.toString('base64')));
  return JSON.parse(execFileSync('python3', [script], { input, maxBuffer: 256 * 1024 * 1024 }).toString());
}

function digest(bytes: Uint8Array): { sha256: string; size: number } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.byteLength };
}
