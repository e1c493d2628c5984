import type { Direction, MessageKind, Sender } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { subjectKind } from '../mail/compose/subjects.ts';
import { type ForwardedMessage, readForwardedMessage } from '../mail/quoting/forwarded-message.ts';
import { loadColleagues } from '../mailboxes/colleagues.ts';

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

/**
 * What colleagues forwarded to us in these messages, by message id (R9). Read from what is stored, so that what
 * was redacted there is gone here. What claims to be a colleague's and failed DMARC does not count.
 */
export async function forwardedByColleagues(
  tx: InstanceTransaction,
  rows: Row[],
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
    const found = readForwardedMessage({ text: bodyText, html: bodyHtml });
    // What a colleague wrote is no customer's.
    if (found && !colleagues.has(found.from.address)) forwarded.set(id, found);
  }
  return forwarded;
}
