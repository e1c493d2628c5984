import type { GoogleFailure } from '../google/errors.ts';

/** A mailbox as its reading needs it. */
export type SyncedMailbox = {
  instanceId: string;
  mailboxId: string;
  cursor: string;
  connectedAt: Date;
};

/** A failure of Google's, and how many messages were stored before it. */
export type FailedSyncBatch = GoogleFailure & { stored?: number };

/** One stretch of reading: what it brought, and whether there is more to read at once. */
export type SyncBatch = { kind: 'ok'; stored: number; more: boolean } | FailedSyncBatch;
