/**
 * The tasks that can be enqueued, by name. A job is only a wake-up: what is to be done stands in the
 * tables, and what must run alone takes a lock (database/session-locks.ts).
 */
export type Tasks = {
  /** Ask for a sync (mailboxes/request-sync.ts), in jobs that an earlier release enqueued. */
  sync: { instanceId: string; mailboxId: string };
  /** Send one outbound message through Gmail. */
  send: {
    instanceId: string;
    messageId: string;
    mailboxId: string;
    conversationId?: string;
    /** After all other waiting messages of its mailbox. */
    lowPriority?: boolean;
    /** When it is to be sent, in ISO 8601: another time is another job. */
    sendAfter?: string;
  };
  /** Queue the held messages of a mailbox that is connected again. */
  'release-held': { instanceId: string; mailboxId: string };
  /** Reopen a snoozed conversation, if its snoozedUntil has passed. */
  'unsnooze-conversation': { instanceId: string; conversationId: string };
  /** The former name of `unsnooze-conversation`; jobs that an earlier release enqueued are still due. */
  'wake-conversation': Tasks['unsnooze-conversation'];
  /** Compare a mailbox with what Gmail lists (inbound/completeness/completeness-check.ts). */
  'check-mailbox': { instanceId: string; mailboxId: string };
  /** Clean up unfinished connections: revoke their tokens, mark their rows expired. */
  'sweep-connections': Record<string, never>;
  /** Delete the bytes of attachments that nothing refers to. */
  'sweep-blobs': Record<string, never>;
  /** Remove deleted instances; delete attempts that no longer count for rate limits. */
  'sweep-instances': Record<string, never>;
};

export type TaskName = keyof Tasks;

type QueuePolicy = {
  policy: 'short' | 'standard';
  key: (data: never) => string;
};

/** How each queue treats repeated jobs: `short` keeps at most one waiting job a key (pg-boss). */
export const queues: Record<TaskName, QueuePolicy> = {
  sync: { policy: 'short', key: (data: Tasks['sync']) => data.mailboxId },
  send: {
    policy: 'short',
    key: ({ messageId, sendAfter: after }: Tasks['send']) => (after ? `${messageId} ${after}` : messageId),
  },
  'release-held': { policy: 'short', key: (data: Tasks['release-held']) => data.mailboxId },
  'unsnooze-conversation': {
    policy: 'standard',
    key: (data: Tasks['unsnooze-conversation']) => data.conversationId,
  },
  'wake-conversation': {
    policy: 'standard',
    key: (data: Tasks['wake-conversation']) => data.conversationId,
  },
  'check-mailbox': { policy: 'short', key: (data: Tasks['check-mailbox']) => data.mailboxId },
  'sweep-connections': { policy: 'short', key: () => 'all' },
  'sweep-blobs': { policy: 'short', key: () => 'all' },
  'sweep-instances': { policy: 'short', key: () => 'all' },
};
