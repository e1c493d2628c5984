/**
 * The work a room can ask for, by name. A job is only a wake-up: what must be done is read from the
 * tables, and what must be alone is held by a lock (database/locks.ts), never by the queue.
 */
export type Tasks = {
  /** Read a mailbox from its cursor. */
  sync: { instanceId: string; mailboxId: string };
  /** Send one outbound message through Gmail. */
  send: {
    instanceId: string;
    messageId: string;
    mailboxId: string;
    conversationId?: string;
    /** After all others of its mailbox that wait. */
    lowPriority?: boolean;
    /** The time it waits for: one changed afterwards is another job. ISO 8601. */
    sendAfter?: string;
  };
  /** Let the messages held for a mailbox go out: it is connected again. */
  'release-held': { instanceId: string; mailboxId: string };
  /** Bring a snoozed conversation back; its snoozedUntil decides whether it is time. */
  'wake-conversation': { instanceId: string; conversationId: string };
  /** Hold a mailbox against what Gmail lists of it (inbound/check.ts). */
  'check-mailbox': { instanceId: string; mailboxId: string };
  /** Close what connections left unfinished: tokens given back, rows marked expired. */
  'sweep-connections': Record<string, never>;
  /** Delete what is left of attachments that are nobody's any more. */
  'sweep-blobs': Record<string, never>;
  /** End what is left of deleted instances; drop attempts that count no more. */
  'sweep-instances': Record<string, never>;
};

export type TaskName = keyof Tasks;

type QueuePolicy = {
  policy: 'short' | 'standard';
  key: (data: never) => string;
};

/** How each queue folds repeats: `short` keeps one waiting job a key, however often it is asked for. */
export const queues: Record<TaskName, QueuePolicy> = {
  sync: { policy: 'short', key: (data: Tasks['sync']) => data.mailboxId },
  send: {
    policy: 'short',
    key: ({ messageId, sendAfter: after }: Tasks['send']) => (after ? `${messageId} ${after}` : messageId),
  },
  'release-held': { policy: 'short', key: (data: Tasks['release-held']) => data.mailboxId },
  'wake-conversation': {
    policy: 'standard',
    key: (data: Tasks['wake-conversation']) => data.conversationId,
  },
  'check-mailbox': { policy: 'short', key: (data: Tasks['check-mailbox']) => data.mailboxId },
  'sweep-connections': { policy: 'short', key: () => 'all' },
  'sweep-blobs': { policy: 'short', key: () => 'all' },
  'sweep-instances': { policy: 'short', key: () => 'all' },
};
