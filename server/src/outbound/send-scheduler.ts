/** One message that is to be sent. */
export type SendRequest = {
  instanceId: string;
  messageId: string;
  mailboxId: string;
  conversationId?: string;
  lowPriority?: boolean;
};

/** So many are sent by a process at once, and so many of one mailbox. */
const maxConcurrent = 8;
const maxPerMailbox = 2;
/** One that takes longer (ms), for a hanging Google or its own mailbox's quota, no longer counts: others wait. */
const slotTimeoutMs = 3_000;

/** Who is sent next. Nothing is lost with it: what is due stands in the table (unfinished.ts). */
export type SendScheduler = {
  /** Has a message sent when its turn comes; asked for twice, once. */
  schedule(message: SendRequest): void;
};

/**
 * Gives each mailbox its turn: however many messages of one wait, and however slow it is, the others'
 * are not behind them. Within a mailbox those that go `behind`, of bulk messages, let the others by.
 */
export function createSendScheduler(
  send: (message: SendRequest) => Promise<void>,
  signal: AbortSignal,
): SendScheduler {
  const queues = new Map<string, SendRequest[]>();
  const scheduledIds = new Set<string>();
  const runningPerMailbox = new Map<string, number>();
  let running = 0;

  function takeNext(): SendRequest | undefined {
    for (const [mailboxId, queue] of queues) {
      if ((runningPerMailbox.get(mailboxId) ?? 0) >= maxPerMailbox) continue;
      const next = queue.shift()!;
      // To the end of the row, or out of it.
      queues.delete(mailboxId);
      if (queue.length > 0) queues.set(mailboxId, queue);
      return next;
    }
  }

  function start(message: SendRequest): void {
    const { mailboxId, messageId } = message;
    // Asked for again from here on it may be due again.
    scheduledIds.delete(messageId);
    runningPerMailbox.set(mailboxId, (runningPerMailbox.get(mailboxId) ?? 0) + 1);
    running += 1;
    let holdsSlot = true;
    const releaseSlot = () => {
      if (holdsSlot) running -= 1;
      holdsSlot = false;
      startNext();
    };
    const slotTimer = setTimeout(releaseSlot, slotTimeoutMs).unref();
    void send(message).finally(() => {
      clearTimeout(slotTimer);
      const stillRunning = runningPerMailbox.get(mailboxId)! - 1;
      if (stillRunning > 0) runningPerMailbox.set(mailboxId, stillRunning);
      else runningPerMailbox.delete(mailboxId);
      releaseSlot();
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
  };
}
