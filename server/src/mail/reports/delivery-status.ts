import { decodeHeader } from '../mime/encoded-words.ts';
import { fieldOf, type MimePart, readMimeTree } from '../mime/mime-tree.ts';
import { type ParsedMail, readMail } from '../mime/parse-mime.ts';

/** The fields about one recipient in a delivery report (RFC 3464 §2.3). */
export type RecipientReport = {
  /** Final-Recipient. */
  address: string;
  /** Original-Recipient, if it is another address (the message was forwarded). */
  originalAddress: string | null;
  action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | null;
  /** RFC 3463, like 5.1.1. */
  status: string | null;
  diagnostic: string;
};

/** The recipients in a message/delivery-status part, which may have UTF-8 (RFC 6533); empty if it names none. Never throws. */
export function readDeliveryStatus(bytes: Uint8Array): RecipientReport[] {
  const text = Buffer.from(bytes).toString('latin1').slice(0, 1_000_000).replace(/\r\n?/g, '\n');
  const reports: RecipientReport[] = [];
  for (const block of text.split(/\n[ \t]*\n+/).slice(0, 2_000)) {
    const part = readMimeTree(Buffer.from(`${block.trim()}\n\n`, 'latin1'));
    const address = addressOf(part, 'final-recipient') ?? addressOf(part, 'x-actual-recipient');
    const original = addressOf(part, 'original-recipient');
    if (!address && !original) continue;
    const action = /^[a-z]+/.exec((fieldOf(part, 'action') ?? '').trim().toLowerCase())?.[0];
    reports.push({
      address: address ?? original!,
      originalAddress: original !== address ? original : null,
      action:
        actions.find((candidate) => candidate === action) ?? (action?.startsWith('fail') ? 'failed' : null),
      status: /[245]\.\d{1,3}\.\d{1,3}/.exec(fieldOf(part, 'status') ?? '')?.[0] ?? null,
      diagnostic: decodeHeader(fieldOf(part, 'diagnostic-code') ?? '')
        .replace(/^\s*[\w-]+\s*;\s*/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    });
  }
  return reports;
}

const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** `rfc822; ana@example.com`, with or without brackets and the type (RFC 3464 §2.1.2). */
function addressOf(part: MimePart, field: string): string | null {
  const value = decodeHeader(fieldOf(part, field) ?? '');
  return /(?<![^\s<>;,"':()@])[^\s<>;,"':()@]+@[^\s<>;,"':()]+/.exec(value)?.[0] ?? null;
}

/** The message that a report returns, complete or its header only; null if it returns none. */
export function returnedMail(report: ParsedMail): ParsedMail | null {
  const part = report.attachments.find(({ mediaType }) =>
    [
      'message/rfc822',
      'text/rfc822-headers',
      'message/rfc822-headers',
      'message/global',
      'message/partial',
    ].includes(mediaType),
  );
  return part ? readMail(readMimeTree(Buffer.from(part.bytes))) : null;
}
