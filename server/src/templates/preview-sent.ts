import { composeMime, type OutgoingAttachment } from '../mail/compose/compose-mime.ts';
import { withPicturesAsData } from '../mail/compose/content-ids.ts';
import type { NameAndAddress } from '../mail/mime/address-list.ts';
import { parseMime } from '../mail/mime/parse-mime.ts';
import type { MailProgram } from './mail-programs/mail-programs.ts';
import { shownBy } from './mail-programs/shown-by.ts';
import type { ShownMail } from './mail-programs/shown-mail.ts';
import type { Content } from './render-template.ts';

/** What arrives of a message: its text, and its HTML with the pictures of the message in `data:` URLs. */
export type SentPreview = {
  html: string;
  text: string;
  /** Of the HTML as it is sent, in UTF-8. */
  bytes: number;
};

/** The mail program whose rules are applied to a preview. */
export type ShownIn = { program: MailProgram; dark: boolean };

/**
 * Builds a message as it is sent, and reads back what a mail client shows of it, so that a preview cannot differ
 * from the message. `shownIn`: its HTML as a mail program shows it, and what that leaves out.
 */
export async function previewSent(
  body: Content,
  envelope: {
    from: NameAndAddress | null;
    to: NameAndAddress;
    subject: string;
    pictures?: OutgoingAttachment[];
  },
  shownIn: ShownIn | null = null,
): Promise<SentPreview & Partial<Omit<ShownMail, 'html'>>> {
  const { from, to, subject, pictures = [] } = envelope;
  const raw = await composeMime({
    ...body,
    from: from ?? to,
    to: [to],
    subject,
    replyTo: null,
    cc: [],
    bcc: [],
    inReplyTo: null,
    references: [],
    headers: {},
    date: new Date(),
    attachments: pictures,
  });
  const read = await parseMime(raw);
  if (read.kind === 'unreadable')
    throw new Error(`The message that was built cannot be read: ${read.reason}`);
  const sent = read.html ?? '';
  const { html, ...changes } = shownIn ? shownBy(shownIn.program, sent, shownIn.dark) : { html: sent };
  return {
    html: withPicturesAsData(html, read.attachments),
    text: read.text ?? '',
    bytes: Buffer.byteLength(sent),
    ...changes,
  };
}
