import type { Direction, MessageKind, Sender } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { subjectKind } from '../mail/compose/subjects.ts';
import { extractOwnText } from '../mail/quoting/fold-quotes.ts';
import { type ForwardedMessage, readForwardedMessage } from '../mail/quoting/forwarded-message.ts';
import { loadColleagues } from '../mailboxes/colleagues.ts';
import type { AttachedMessage } from './attached-message.ts';
import { findAttachment } from './files.ts';

type Row = {
  id: string;
  direction: Direction;
  kind: MessageKind;
  fromAddress: string;
  subject: string;
  bodyText: string;
  bodyHtml: string | null;
  sender: Sender | null;
};

type Attached = { id: string; messageId: string | null; mediaType: string };

/**
 * What colleagues forwarded to us in these messages, in their text or attached, by message id (R9). Read from what
 * is stored, so that what was redacted there is gone here. What claims to be a colleague's and failed DMARC does
 * not count.
 */
export async function forwardedByColleagues(
  tx: InstanceTransaction,
  rows: Row[],
  attachments: Attached[],
): Promise<Map<string, ForwardedMessage>> {
  const candidates = rows.filter(
    ({ direction, kind, subject, sender }) =>
      direction === 'inbound' &&
      (kind === 'ordinary' || kind === 'list') &&
      // A reply quotes in the same form what the conversation has already.
      subjectKind(subject) !== 'reply' &&
      sender?.verification !== 'failed',
  );
  if (candidates.length === 0) return new Map();
  const colleagues = await loadColleagues(tx);
  const forwarded = new Map<string, ForwardedMessage>();
  for (const { id, fromAddress, bodyText, bodyHtml } of candidates) {
    if (!colleagues.has(fromAddress)) continue;
    const attached = attachments.filter(
      ({ messageId, mediaType }) => messageId === id && mediaType === 'message/rfc822',
    );
    const found =
      readForwardedMessage({ text: bodyText, html: bodyHtml }) ??
      (await readAttached(tx, attached, bodyText));
    // What a colleague wrote is no customer's.
    if (found && !colleagues.has(found.from.address)) forwarded.set(id, found);
  }
  return forwarded;
}

/** Enough for the header and the words of a message; its files come after them. */
const readBytes = 64 * 1024;

/** The message that is attached alone, as "Forward as attachment" does it; null if there is not just one. */
async function readAttached(
  tx: InstanceTransaction,
  [attached, another]: Attached[],
  note: string,
): Promise<ForwardedMessage | null> {
  const file = attached && !another && (await findAttachment(tx, attached.id));
  if (!file) return null;
  // A conversation is also shown while the store cannot be reached.
  const bytes = await tx.files.read(file).catch(() => null);
  if (!bytes) return null;
  const raw = bytes.subarray(0, readBytes);
  const { readInAttachedMessage } = await import('./read-attached-message.ts');
  const message = (await readInAttachedMessage({ raw, path: [], kind: 'message' })) as AttachedMessage | null;
  if (!message?.from?.address) return null;
  const { from, subject, text } = message;
  const date = message.date?.toUTCString() ?? '';
  // Only the words: images are seen where the attachment is opened.
  return { from, subject, date, note: extractOwnText(note, 'new'), text, html: null };
}
