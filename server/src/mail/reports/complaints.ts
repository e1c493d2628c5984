import { fieldOf, readMimeTree } from '../mime/mime-tree.ts';
import type { ParsedMail } from '../mime/parse-mime.ts';
import { deliveryIdOf } from '../mime/postroom-headers.ts';
import { returnedMail } from './delivery-status.ts';

/** A mailbox provider's report that its user marked a message as spam (RFC 5965). */
export type Complaint = {
  kind: 'complaint';
  /** Feedback-Type in lower case: `abuse`, `fraud`, `auth-failure` … */
  feedbackType: string;
  /** The address of the user, if the report names it. */
  recipient: string | null;
  originalMessageId: string | null;
  /** X-Postroom-Delivery of the reported message. */
  deliveryId: string | null;
};

/** Reads an abuse report (RFC 5965), Microsoft's or Apple's equivalent; null for other mail. */
export function readComplaint(mail: ParsedMail): Complaint | null {
  const part = mail.attachments.find(({ mediaType }) => mediaType === 'message/feedback-report');
  const type = mail.headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
  const returned = returnedMail(mail);
  // Not in the format of RFC 5965: Microsoft's junk mail reports, Apple's unsubscribe button.
  const microsoft =
    /@(hotmail|outlook|live|microsoft)\.com$/i.test(mail.from?.address ?? '') &&
    /^\s*complaint about message/i.test(mail.subject) &&
    returned !== null;
  const apple = mail.headers.some(({ name }) => /^x-apple-unsubscribe$/i.test(name));
  if (!part && !microsoft && !apple && !/report-type\s*=\s*"?feedback-report/i.test(type)) return null;
  const fields = part ? readMimeTree(Buffer.from(part.bytes)) : null;
  const recipient = fields && (fieldOf(fields, 'original-rcpt-to') ?? fieldOf(fields, 'removal-recipient'));
  return {
    kind: 'complaint',
    feedbackType: ((fields && fieldOf(fields, 'feedback-type')) || (apple ? 'opt-out' : 'abuse'))
      .trim()
      .toLowerCase(),
    recipient:
      recipient?.replace(/^.*;|[<>\s]/g, '') ||
      returned?.to[0]?.address ||
      (apple && mail.from?.address) ||
      null,
    originalMessageId: returned?.messageId ?? null,
    deliveryId: returned && deliveryIdOf(returned),
  };
}
