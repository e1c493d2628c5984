import { candidateMessageIds } from '../conversations/delivery-reports.ts';
import { lockKeys } from '../database/advisory-locks.ts';
import type { NameAndAddress } from '../database/column-types.ts';
import { customerKey } from './context.ts';
import type { MessageToStore } from './parse-message.ts';

/** More than any mail client writes; the rest is ignored. */
const maxReferences = 100;

/** How many references are locked: a message stored at the same moment is among the last ones cited. */
export const maxLockedReferences = 8;

/**
 * The keys of the advisory locks that a transaction holds until its end: of the threads and Message-IDs of these
 * messages, and of people without an address. Without them two transactions that store related messages, also of
 * different mailboxes, could both open a conversation or create such a customer, or miss that one message reports on
 * the other. An address is a customer once, which a key of Postgres ensures.
 */
export function threadLocks(instanceId: string, mailboxId: string, messages: MessageToStore[]): string[] {
  const names = messages.flatMap((message) => {
    const { fetched, parsed } = message;
    return [
      `${mailboxId} ${fetched.gmailThreadId}`,
      ...referencedIds(parsed.threadingHeaders).slice(0, maxLockedReferences),
      ...(parsed.report ? candidateMessageIds(parsed.report, parsed.threadingHeaders) : []),
      ...(parsed.threadingHeaders.rfcMessageId ? [parsed.threadingHeaders.rfcMessageId] : []),
      ...peopleWithoutAddress(message).map(customerKey),
    ];
  });
  return lockKeys(instanceId, names);
}

/**
 * Who may be the customer of a message and has no address: its writer, or its addressee if it may be one that we wrote.
 * Most mail is addressed to us alone, and its addressee is nobody's customer.
 */
export function peopleWithoutAddress({ fetched, parsed }: MessageToStore): NameAndAddress[] {
  const people = fetched.labels.includes('SENT') ? [parsed.writer, parsed.addressee] : [parsed.writer];
  return people.filter(({ address }) => address === '');
}

/** The Message-IDs a message cites, nearest first (In-Reply-To, then References from the newest back), each once. */
export function referencedIds({
  inReplyTo,
  references,
}: {
  inReplyTo: string | null;
  references: string[];
}): string[] {
  const nearestFirst = [...(inReplyTo ? [inReplyTo] : []), ...references.toReversed()];
  return [...new Set(nearestFirst)].slice(0, maxReferences);
}
