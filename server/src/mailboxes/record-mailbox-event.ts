import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** Notes for the timelines of its conversations that an address lost Gmail, or has it again. */
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
