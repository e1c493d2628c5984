import { randomBytes } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';

export type Written = {
  from: { name: string; address: string };
  /** As typed: addresses separated by commas. */
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  /** What was written; pictures as data: addresses. */
  html: string;
  text: string;
  inReplyTo: string | null;
  references: string[];
  quoted: { html: string; text: string; pictures: Piece[] } | null;
  attachments: Piece[];
  date: Date;
};

type Piece = { name: string; type: string; content: Buffer; contentId?: string | null };

/** The bytes of a message as Gmail's page writes it: alternative, with related pictures and attachments. */
export function writeMime(written: Written): Promise<Buffer> {
  const { html, pictures } = takePicturesOut(written.html);
  const quoted = written.quoted;
  const inline = [...pictures, ...(quoted?.pictures ?? [])];
  const message = new MailComposer({
    from: written.from,
    to: written.to,
    cc: written.cc,
    bcc: written.bcc,
    subject: written.subject,
    text: `${written.text.trimEnd()}${quoted?.text ?? ''}\n`,
    html: `<div dir="ltr">${html}</div>${quoted?.html ?? ''}`,
    ...(written.inReplyTo && { inReplyTo: written.inReplyTo, references: written.references }),
    date: written.date,
    attachments: [
      ...inline.map((piece) => ({
        ...attachment(piece),
        cid: piece.contentId ?? undefined,
        contentDisposition: 'inline' as const,
      })),
      ...written.attachments.map(attachment),
    ],
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  // Gmail's own sending takes it out of what is delivered.
  message.keepBcc = true;
  return message.build();
}

function attachment({ name, type, content }: Piece) {
  return { filename: name, contentType: type, content };
}

/** Pasted pictures become parts of their own, pointed at by `cid:` (RFC 2392). */
function takePicturesOut(html: string): { html: string; pictures: Piece[] } {
  const pictures: Piece[] = [];
  const kept = html.replace(
    /(<img\b[^>]*?\bsrc=["'])data:(image\/[\w.+-]+);base64,([^"']+)(["'])/gi,
    (_all, before: string, type: string, data: string, after: string) => {
      const contentId = `ii_${randomBytes(8).toString('hex')}`;
      const extension = type.split('/')[1]?.replace('jpeg', 'jpg').replace(/\+.*/, '');
      const name = `image-${pictures.length + 1}.${extension}`;
      pictures.push({ name, type, contentId, content: Buffer.from(data, 'base64') });
      return `${before}cid:${contentId}${after}`;
    },
  );
  return { html: kept, pictures };
}
