import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** Adds participants by their normalised addresses; those that take part already stay. */
export async function addParticipants(
  tx: InstanceTransaction,
  conversationId: string,
  addresses: string[],
): Promise<void> {
  if (addresses.length === 0) return;
  await tx.sql
    .insertInto('participant')
    .values(addresses.map((address) => ({ instanceId: tx.instanceId, conversationId, address })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
