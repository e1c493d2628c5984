import { setTimeout as sleep } from 'node:timers/promises';

/** What this process is sending, by mailboxes. */
const underWay = new Map<string, Set<Promise<unknown>>>();
/** Other mail of the mailbox waits no longer (ms). */
const maxWaitMs = 500;

/** Runs `send`, which sends a message from a mailbox and records it. */
export async function whileSending<T>(mailboxId: string, send: () => Promise<T>): Promise<T> {
  const all = underWay.get(mailboxId) ?? new Set();
  underWay.set(mailboxId, all);
  const sent = send();
  all.add(sent);
  try {
    return await sent;
  } finally {
    all.delete(sent);
    if (all.size === 0) underWay.delete(mailboxId);
  }
}

/**
 * Resolves when what is being sent from a mailbox now is recorded, or soon: Gmail may report the copy of a message in Sent
 * before that, which would be fetched and read for nothing.
 */
export async function sendsRecorded(mailboxId: string): Promise<void> {
  const sends = underWay.get(mailboxId);
  if (sends) await Promise.race([Promise.allSettled(sends), sleep(maxWaitMs, undefined, { ref: false })]);
}
