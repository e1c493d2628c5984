import { candidateMessageIds } from '../conversations/delivery-reports.ts';
import { takeAdvisoryLocks } from '../database/advisory-locks.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { MessageToStore } from './message-to-store.ts';

/** No mail client writes more; a longer list is a bomb. */
const maxReferences = 100;

/** How many of a message's citations are locked: what is stored at the same moment is cited near the end. */
const maxLockedReferences = 8;

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
  const names = messages.flatMap(({ fetched, parsed }) => [
    `${mailboxId} ${fetched.gmailThreadId}`,
    ...referencedIds(parsed.threadingHeaders).slice(0, maxLockedReferences),
    ...(parsed.report ? candidateMessageIds(parsed.report, parsed.threadingHeaders) : []),
    ...(parsed.threadingHeaders.rfcMessageId ? [parsed.threadingHeaders.rfcMessageId] : []),
    parsed.writer.address,
    parsed.addressee.address,
  ]);
  await takeAdvisoryLocks(tx, names);
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
