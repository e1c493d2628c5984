import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** Records for the timelines of its conversations that a mailbox was disconnected or reconnected. */
export async function recordMailboxEvent(
  tx: InstanceTransaction,
  mailboxId: string,
  kind: 'disconnected' | 'reconnected',
  at: Date,
): Promise<void> {
  await tx.sql
    .insertInto('mailboxEvent')
    .values({ instanceId: tx.instanceId, id: uuid(), mailboxId, kind, at })
    .execute();
}
