import { randomBytes } from 'node:crypto';
import { addressParser } from 'postal-mime';
import { findAccount, resolveRecipient } from '../accounts.ts';
import type { Simulator } from '../simulator.ts';
import { deliver } from './deliver.ts';
import { editHeaders, type Header, headerOf, readHeaders } from './headers.ts';
import { writeLedger } from './ledger.ts';
import { addMessage, rawOf, type StoredMessage } from './messages.ts';
import { sendAsOf } from './send-as.ts';
import { recordSend, sendingLimit } from './sending-limit.ts';
import { threadOfArrival, threadOfSend } from './threading.ts';

export type SendOutcome =
  | { kind: 'sent'; message: StoredMessage }
  | { kind: 'no-recipient' }
  | { kind: 'invalid-recipient'; header: string }
  | { kind: 'invalid-thread' }
  | { kind: 'over-limit'; until: number };

/** The maximum of recipients of a message sent by the API (docs/gmail.md, section 4). */
const maxRecipients = 500;

/**
 * Sends a message as Gmail does: its Message-ID is replaced, a From that is not an accepted send-as
 * is replaced by the account's own without an error, Bcc is kept only in the copy in Sent, and it joins
 * a thread only if id, references and subject all match (docs/gmail.md, section 4). A message to the account
 * itself is one message, in Sent and in the inbox (section 7).
 */
export function send(
  simulator: Simulator,
  account: string,
  message: { raw: Buffer; threadId?: string | null },
): SendOutcome {
  const written = writeOutgoing(simulator, account, message);
  if (written.kind !== 'written') return written;
  const until = sendingLimit(simulator, account);
  if (until !== null) return { kind: 'over-limit', until };
  const { raw, threadId, recipients } = written;
  const labels = sentLabels(simulator, account, recipients);
  const copy = addMessage(simulator, account, { raw, labels, threadId });
  deliverSent(simulator, copy, recipients);
  return { kind: 'sent', message: copy };
}

export type Outgoing = { kind: 'written'; raw: Buffer; recipients: string[]; threadId: string | null };

/** A message as Gmail keeps it in Sent, or why it refuses it. */
export function writeOutgoing(
  simulator: Simulator,
  account: string,
  { raw, threadId }: { raw: Buffer; threadId?: string | null },
): Outgoing | Exclude<SendOutcome, { kind: 'sent' | 'over-limit' }> {
  const { headers } = readHeaders(raw);
  const recipients: string[] = [];
  for (const name of ['To', 'Cc', 'Bcc']) {
    for (const address of addressesOf(headers, name)) {
      if (!/^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(address))
        return { kind: 'invalid-recipient', header: name };
      recipients.push(address);
    }
  }
  if (recipients.length === 0) return { kind: 'no-recipient' };
  if (recipients.length > maxRecipients) return { kind: 'invalid-recipient', header: 'To' };
  const thread = threadOfSend(simulator, account, headers, threadId ?? null);
  if (thread.kind === 'invalid-thread') return thread;

  const written = editHeaders(raw, {
    replace: {
      'Message-ID': `<CA${randomBytes(20).toString('base64url')}@mail.gmail.com>`,
      From: allowedFrom(simulator, account, headers),
      ...(headerOf(headers, 'Date') ? {} : { Date: new Date(simulator.clock.now()).toUTCString() }),
    },
  });
  const joined = isToSelf(simulator, account, recipients)
    ? threadOfArrival(simulator, account, readHeaders(written).headers)
    : null;
  return { kind: 'written', raw: written, recipients, threadId: thread.threadId ?? joined };
}

/** The labels of the sender's copy. */
export function sentLabels(simulator: Simulator, account: string, recipients: string[]): string[] {
  return isToSelf(simulator, account, recipients) ? ['SENT', 'INBOX', 'UNREAD'] : ['SENT'];
}

/** Counts a message in Sent, and delivers it. */
export function deliverSent(simulator: Simulator, message: StoredMessage, recipients: string[]): void {
  const { account, id, threadId, headers } = message;
  recordSend(simulator, account, recipients.length);
  writeLedger(simulator, 'accepted', headers, { account, gmailId: id, threadId });
  const raw = editHeaders(rawOf(simulator, account, id), { drop: ['Bcc'] });
  deliver(simulator, { sender: account, recipients, raw, sentCopy: message });
}

/** Whether the account is a recipient by an address of its own; a group it belongs to does not count. */
function isToSelf({ store }: Simulator, account: string, recipients: string[]): boolean {
  return recipients.some((recipient) => {
    const found = resolveRecipient(store, recipient);
    return found.kind === 'account' && found.account.email === account;
  });
}

function allowedFrom(simulator: Simulator, account: string, headers: Header[]): string {
  const from = headerOf(headers, 'From');
  const address = addressesOf(headers, 'From')[0]?.toLowerCase();
  const allowed = sendAsOf(simulator, account).some(
    ({ email, status }) => email === address && (status === null || status === 'accepted'),
  );
  if (allowed) return from;
  return `${findAccount(simulator.store, account)?.name ?? ''} <${account}>`;
}

/** The addresses in all header fields with this name. */
export function addressesOf(headers: Header[], name: string): string[] {
  const value = headers
    .filter((header) => header.name.toLowerCase() === name.toLowerCase())
    .map((header) => header.value)
    .join(', ');
  // A name without an address is taken as an address, and then rejected.
  return addressParser(value, { flatten: true }).flatMap(({ name, address }) =>
    address || name ? [address || name] : [],
  );
}
