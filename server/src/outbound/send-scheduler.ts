/** One message that is to be sent. */
export type ToSend = {
  instanceId: string;
  messageId: string;
  mailboxId: string;
  conversationId?: string;
  behind?: boolean;
};

/** So many are sent by a process at once, and so many of one mailbox. */
const atOnce = 8;
const ofEachMailbox = 2;
/** One that takes longer (ms), for a hanging Google or its own mailbox's quota, no longer counts: others wait. */
const keepsItsPlace = 3_000;

/** Who is sent next. Nothing is lost with it: what is due stands in the table (unfinished.ts). */
export type Turns = {
  /** Has a message sent when its turn comes; asked for twice, once. */
  ask(message: ToSend): void;
};

/**
 * Gives each mailbox its turn: however many messages of one wait, and however slow it is, the others'
 * are not behind them. Within a mailbox those that go `behind`, of bulk messages, let the others by.
 */
export function openTurns(send: (message: ToSend) => Promise<void>, signal: AbortSignal): Turns {
  const waiting = new Map<string, ToSend[]>();
  const known = new Set<string>();
  const runningOf = new Map<string, number>();
  let running = 0;

  function take(): ToSend | undefined {
    for (const [mailboxId, queue] of waiting) {
      if ((runningOf.get(mailboxId) ?? 0) >= ofEachMailbox) continue;
      const next = queue.shift()!;
      // To the end of the row, or out of it.
      waiting.delete(mailboxId);
      if (queue.length > 0) waiting.set(mailboxId, queue);
      return next;
    }
  }

  function start(message: ToSend): void {
    const { mailboxId, messageId } = message;
    // Asked for again from here on it may be due again.
    known.delete(messageId);
    runningOf.set(mailboxId, (runningOf.get(mailboxId) ?? 0) + 1);
    running += 1;
    let counts = true;
    const leave = () => {
      if (counts) running -= 1;
      counts = false;
      fill();
    };
    const late = setTimeout(leave, keepsItsPlace).unref();
    void send(message).finally(() => {
      clearTimeout(late);
      const left = runningOf.get(mailboxId)! - 1;
      if (left > 0) runningOf.set(mailboxId, left);
      else runningOf.delete(mailboxId);
      leave();
    });
  }

  function fill(): void {
    while (running < atOnce && !signal.aborted) {
      const next = take();
      if (!next) return;
      start(next);
    }
  }

  return {
    ask(message) {
      if (known.has(message.messageId)) return;
      known.add(message.messageId);
      const queue = waiting.get(message.mailboxId) ?? [];
      waiting.set(message.mailboxId, queue);
      const at = message.behind ? -1 : queue.findIndex(({ behind }) => behind);
      if (at < 0) queue.push(message);
      else queue.splice(at, 0, message);
      fill();
    },
  };
}
