import { candidateMessageIds } from '../../conversations/delivery-reports.ts';
import { lockKeys } from '../../database/advisory-locks.ts';
import type { NameAndAddress } from '../../database/column-types.ts';
import { customerKey } from '../decide/context.ts';
import { maxLockedReferences, referencedIds } from '../decide/referenced-ids.ts';
import type { MessageToStore } from '../parse/parse-message.ts';

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
