/** A message to send. */
export type SendRequest = {
  instanceId: string;
  messageId: string;
  mailboxId: string;
  conversationId?: string;
  lowPriority?: boolean;
};

/** How many messages a process sends at once: of all mailboxes, and of one. Those with large files wait for memory too. */
const maxConcurrent = 32;
const maxPerMailbox = 4;
/** A send that takes longer, because Google hangs or the mailbox's quota is used up, frees its slot (ms). */
const slotTimeoutMs = 3_000;

/** Decides what is sent next. Held in memory only: recover-deliveries.ts finds what is due in the table. */
export type SendScheduler = {
  /** Sends a message as soon as a slot is free. A message that already waits is not added again. */
  schedule(message: SendRequest): void;
  /** Resolves when nothing waits and nothing is being sent. */
  idle(): Promise<void>;
};

/**
 * Schedules mailboxes in rotation, so that a mailbox that is slow or has many messages delays no other.
 * Within a mailbox, messages with `lowPriority` (bulk messages) are sent last.
 */
export function createSendScheduler(
  /** `freeSlot`: another message may be sent while this one waits. */
  send: (message: SendRequest, freeSlot: () => void) => Promise<void>,
  signal: AbortSignal,
): SendScheduler {
  const queues = new Map<string, SendRequest[]>();
  const scheduledIds = new Set<string>();
  const runningPerMailbox = new Map<string, number>();
  let running = 0;
  const isIdle = () => queues.size === 0 && runningPerMailbox.size === 0;
  const waitingForIdle: Array<() => void> = [];

  function takeNext(): SendRequest | undefined {
    for (const [mailboxId, queue] of queues) {
      if ((runningPerMailbox.get(mailboxId) ?? 0) >= maxPerMailbox) continue;
      const next = queue.shift()!;
      // Moves the mailbox to the end of the rotation, or removes it.
      queues.delete(mailboxId);
      if (queue.length > 0) queues.set(mailboxId, queue);
      return next;
    }
  }

  function start(message: SendRequest): void {
    const { mailboxId, messageId } = message;
    // From here on the message may be scheduled again: it may be due again.
    scheduledIds.delete(messageId);
    runningPerMailbox.set(mailboxId, (runningPerMailbox.get(mailboxId) ?? 0) + 1);
    running += 1;
    let holdsSlot = true;
    const freeSlot = () => {
      if (holdsSlot) running -= 1;
      holdsSlot = false;
      startNext();
    };
    const slotTimer = setTimeout(freeSlot, slotTimeoutMs).unref();
    void send(message, freeSlot).finally(() => {
      clearTimeout(slotTimer);
      const stillRunning = runningPerMailbox.get(mailboxId)! - 1;
      if (stillRunning > 0) runningPerMailbox.set(mailboxId, stillRunning);
      else runningPerMailbox.delete(mailboxId);
      freeSlot();
      if (isIdle()) for (const resolve of waitingForIdle.splice(0)) resolve();
    });
  }

  function startNext(): void {
    while (running < maxConcurrent && !signal.aborted) {
      const next = takeNext();
      if (!next) return;
      start(next);
    }
  }

  return {
    schedule(message) {
      if (scheduledIds.has(message.messageId)) return;
      scheduledIds.add(message.messageId);
      const queue = queues.get(message.mailboxId) ?? [];
      queues.set(message.mailboxId, queue);
      const at = message.lowPriority ? -1 : queue.findIndex(({ lowPriority }) => lowPriority);
      if (at < 0) queue.push(message);
      else queue.splice(at, 0, message);
      startNext();
    },
    idle: () =>
      new Promise((resolve) => {
        if (isIdle()) resolve();
        else waitingForIdle.push(resolve);
      }),
  };
}
