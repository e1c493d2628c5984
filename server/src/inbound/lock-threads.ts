import { candidateMessageIds } from '../conversations/delivery-reports.ts';
import { takeAdvisoryLocks } from '../database/advisory-locks.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { customerKey } from './context.ts';
import type { MessageToStore } from './parse-message.ts';

/** More than any mail client writes; the rest is ignored. */
const maxReferences = 100;

/** How many references are locked: a message stored at the same moment is among the last ones cited. */
export const maxLockedReferences = 8;

/**
 * Takes advisory locks, held until the transaction ends, on the threads, Message-IDs and people of these
 * messages. Without them two transactions that store related messages, also of different mailboxes, could
 * both open a conversation or create a customer, or miss that one message reports on the other.
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
    customerKey(parsed.writer),
    customerKey(parsed.addressee),
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
