import { namedIn } from '../conversations/reports.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import { lockNames } from '../database/name-locks.ts';
import type { MessageToStore } from './message-to-store.ts';

/** No mail client writes more; a longer list is a bomb. */
const citedAtMost = 100;

/** How many of a message's citations are locked: what is stored at the same moment is cited near the end. */
const lockedAtMost = 8;

/**
 * Makes whoever stores a message of the same thread or writer wait until this transaction ends, in this
 * mailbox or another: two of them at once must not each open a conversation, make a customer, or miss
 * that one reports about the other.
 */
export async function lockThreads(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
): Promise<void> {
  const names = messages.flatMap(({ fetched, parsed: reading }) => [
    `${mailboxId} ${fetched.gmailThreadId}`,
    ...cited(reading.threadingHeaders).slice(0, lockedAtMost),
    ...(reading.report ? namedIn(reading.report, reading.threadingHeaders) : []),
    ...(reading.threadingHeaders.rfcMessageId ? [reading.threadingHeaders.rfcMessageId] : []),
    reading.writer.address,
    reading.addressee.address,
  ]);
  await lockNames(tx, names);
}

/** The Message-IDs a message cites, nearest first (In-Reply-To, then References from the newest back), each once. */
export function cited({
  inReplyTo,
  references,
}: {
  inReplyTo: string | null;
  references: string[];
}): string[] {
  const nearestFirst = [...(inReplyTo ? [inReplyTo] : []), ...references.toReversed()];
  return [...new Set(nearestFirst)].slice(0, citedAtMost);
}
