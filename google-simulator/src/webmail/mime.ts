import { randomBytes } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';

export type ComposedMessage = {
  from: { name: string; address: string };
  /** As typed: addresses separated by commas. */
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  /** The HTML of the editor; images as data: URLs. */
  html: string;
  text: string;
  inReplyTo: string | null;
  references: string[];
  quoted: { html: string; text: string; pictures: MimePart[] } | null;
  attachments: MimePart[];
  date: Date;
};

type MimePart = { name: string; type: string; content: Buffer; contentId?: string | null };

/** The raw message in the structure of Gmail's web page: alternative, with related images and attachments. */
export function writeMime(composed: ComposedMessage): Promise<Buffer> {
  const { html, pictures } = extractInlineImages(composed.html);
  const quoted = composed.quoted;
  const inline = [...pictures, ...(quoted?.pictures ?? [])];
  const message = new MailComposer({
    from: composed.from,
    to: composed.to,
    cc: composed.cc,
    bcc: composed.bcc,
    subject: composed.subject,
    text: `${composed.text.trimEnd()}${quoted?.text ?? ''}\n`,
    html: `<div dir="ltr">${html}</div>${quoted?.html ?? ''}`,
    ...(composed.inReplyTo && { inReplyTo: composed.inReplyTo, references: composed.references }),
    date: composed.date,
    attachments: [
      ...inline.map((piece) => ({
        ...attachment(piece),
        cid: piece.contentId ?? undefined,
        contentDisposition: 'inline' as const,
      })),
      ...composed.attachments.map(attachment),
    ],
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  // Gmail removes Bcc from the delivered copies when it sends.
  message.keepBcc = true;
  return message.build();
}

function attachment({ name, type, content }: MimePart) {
  return { filename: name, contentType: type, content };
}

/** Replaces pasted images by parts of their own, referred to by `cid:` (RFC 2392). */
function extractInlineImages(html: string): { html: string; pictures: MimePart[] } {
  const pictures: MimePart[] = [];
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
