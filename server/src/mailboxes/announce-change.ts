import { channel } from 'node:diagnostics_channel';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** What happened to a mailbox's connection; `code`: why it is disconnected. */
export type MailboxChange = {
  change: 'connected' | 'reconnected' | 'disconnected';
  instanceId: string;
  mailboxId: string;
  code?: string;
};

/** Whoever keeps the log subscribes to it (app.ts): these functions have no log. */
export const mailboxChanges = channel('postroom:mailbox-change');

/** Announces, when the transaction is committed, that a mailbox was connected or disconnected. */
export function announceChange(
  tx: InstanceTransaction,
  change: MailboxChange['change'],
  mailboxId: string,
  code?: string,
): void {
  const message: MailboxChange = { change, instanceId: tx.instanceId, mailboxId, ...(code && { code }) };
  tx.afterCommit.push(() => mailboxChanges.publish(message));
}
