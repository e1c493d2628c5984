import type { GoogleFailure } from '../google/errors.ts';

/** A mailbox as its reading needs it. */
export type SyncedMailbox = {
  instanceId: string;
  mailboxId: string;
  cursor: string;
  connectedAt: Date;
};

/** One stretch of reading: what it brought, and whether there is more to read at once. */
export type Stretch = { kind: 'ok'; stored: number; more: boolean } | GoogleFailure;
