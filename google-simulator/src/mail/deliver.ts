import { randomBytes } from 'node:crypto';
import { findAccount, resolveRecipient } from '../accounts.ts';
import type { Simulator } from '../simulator.ts';
import { type Authentication, authenticationResults } from './authentication-results.ts';
import { bounceFor } from './bounce.ts';
import { editHeaders, type Header, headerOf, readHeaders } from './headers.ts';
import { writeLedger } from './ledger.ts';
import { addMessage, type StoredMessage } from './messages.ts';
import { addMissingFields } from './missing-fields.ts';
import { threadOfArrival } from './threading.ts';

/** A copy of a message in one mailbox. */
export type DeliveredCopy = { account: string; id: string; threadId: string };

type Delivery = {
  sender: string;
  recipients: string[];
  raw: Buffer;
  authentication?: Authentication;
  /** The copy in Sent, if it was sent by an account here, which gets no second copy. */
  sentCopy?: StoredMessage;
};

/**
 * Delivers a message to each envelope recipient, once to each mailbox, and returns the copies. Bounces go to
 * `sender`.
 */
export function deliver(
  simulator: Simulator,
  { recipients, sentCopy, ...message }: Delivery,
): DeliveredCopy[] {
  const reached = new Map<string, DeliveredCopy>();
  if (sentCopy) {
    const { account, id, threadId, headers, labels } = sentCopy;
    reached.set(account, { account, id, threadId });
    if (labels.includes('INBOX'))
      writeLedger(simulator, 'delivered', headers, { account, gmailId: id, threadId });
  }
  const raw = addMissingFields(simulator, message.raw);
  for (const recipient of recipients) {
    deliverOne(simulator, { ...message, raw, recipient, reached, via: null });
  }
  return [...reached.values()];
}

type OneDelivery = {
  sender: string;
  recipient: string;
  raw: Buffer;
  authentication?: Authentication;
  /** The copies so far, by mailbox. */
  reached: Map<string, DeliveredCopy>;
  via: string | null;
};

function deliverOne(simulator: Simulator, delivery: OneDelivery): void {
  const { sender, recipient, raw, reached } = delivery;
  const found = resolveRecipient(simulator.store, recipient);
  switch (found.kind) {
    case 'outside':
      writeLedger(simulator, 'outside', readHeaders(raw).headers, { recipient });
      return;
    case 'unknown-user':
      bounce(simulator, sender, recipient, raw);
      return;
    case 'group': {
      const forwarded = addGroupHeaders(raw, found.account.email, found.account.name, sender);
      for (const member of found.members) {
        deliverOne(simulator, { ...delivery, recipient: member, raw: forwarded, via: found.account.email });
      }
      return;
    }
    case 'account': {
      const { email, mailOff, noMailbox, disabledAt } = found.account;
      if (mailOff || noMailbox || disabledAt !== null) {
        bounce(simulator, sender, recipient, raw);
        return;
      }
      if (reached.has(email)) return;
      const copy = storeInMailbox(simulator, email, addTraceHeaders(simulator, delivery, email));
      reached.set(email, { account: email, ...copy });
    }
  }
}

/** Stores an incoming message in a mailbox, with Gmail's threading, in spam if the account marks mail so. */
export function storeInMailbox(
  simulator: Simulator,
  account: string,
  raw: Buffer,
): { id: string; threadId: string } {
  const { headers } = readHeaders(raw);
  const marked = simulator.store.get<{ marks_spam: number }>(
    'SELECT marks_spam FROM mailboxes WHERE account = ?',
    account,
  );
  const labels = marked?.marks_spam ? ['SPAM', 'UNREAD'] : ['INBOX', 'UNREAD', 'CATEGORY_PERSONAL'];
  const threadId = threadOfArrival(simulator, account, headers);
  const message = addMessage(simulator, account, { raw, labels, threadId });
  writeLedger(simulator, 'delivered', headers, {
    account,
    gmailId: message.id,
    threadId: message.threadId,
  });
  return { id: message.id, threadId: message.threadId };
}

/** The header fields that mail servers add at the top of a message in transit. */
function addTraceHeaders(
  { clock }: Simulator,
  { raw, sender, recipient, via, authentication }: OneDelivery,
  account: string,
): Buffer {
  const date = new Date(clock.now()).toUTCString().replace('GMT', '+0000');
  const trace: Header[] = [
    { name: 'Delivered-To', value: account },
    {
      name: 'Received',
      value: `by 2002:a05:6402:1111 with SMTP id s${randomBytes(6).toString('hex')}; ${date}`,
    },
    { name: 'Return-Path', value: `<${sender}>` },
    authenticationResults(readHeaders(raw).headers, sender, authentication),
  ];
  if ((via ?? recipient).toLowerCase() !== account) trace.push({ name: 'X-Forwarded-To', value: account });
  return editHeaders(raw, { drop: ['Bcc', 'Return-Path', 'Delivered-To'], prepend: trace });
}

/** The header fields that a Google Group adds (docs/gmail.md, section 5). */
function addGroupHeaders(raw: Buffer, group: string, name: string, sender: string): Buffer {
  return editHeaders(raw, {
    prepend: [
      { name: 'Precedence', value: 'list' },
      { name: 'Mailing-list', value: `list ${group}; contact ${group.replace('@', '+owners@')}` },
      { name: 'List-ID', value: `<${group.replace('@', '.')}>` },
      { name: 'X-Google-Group-Id', value: '104577293377' },
      { name: 'X-Original-Sender', value: sender },
      { name: 'List-Post', value: `<mailto:${group}>, "${name}"` },
    ],
  });
}

function bounce(simulator: Simulator, sender: string, recipient: string, raw: Buffer): void {
  const { headers } = readHeaders(raw);
  // No report on automatic mail (RFC 3834 §2), so that bounces cannot loop.
  const automatic = headerOf(headers, 'Auto-Submitted');
  if (!sender || (automatic && automatic !== 'no')) return;
  if (!findAccount(simulator.store, sender)) return;
  const report = bounceFor(simulator, sender, recipient, raw);
  const results = authenticationResults(readHeaders(report).headers, '');
  storeInMailbox(simulator, sender, editHeaders(report, { prepend: [results] }));
}
