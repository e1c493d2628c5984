import type { Database } from '../database/bind.ts';
import { record } from '../events/record.ts';
import type { ConnectingNeeds } from './connection-deps.ts';
import { giveBack } from './revoke-abandoned.ts';

/** Cancels a connection of this admin's that is not saved, and gives its access back to Google. */
export async function cancelConnection(
  needs: ConnectingNeeds,
  at: { instanceId: string; connectionId: string },
  userId: string,
): Promise<void> {
  const changed = await endUnfinished(needs.database, at, 'cancelled', userId);
  if (changed) await giveBack(needs, at);
}

/** Ends a connection that is neither saved nor refused; answers whether it was one. */
export function endUnfinished(
  database: Database,
  { instanceId, connectionId }: { instanceId: string; connectionId: string },
  state: 'cancelled' | 'expired',
  userId?: string,
): Promise<boolean> {
  return database.inInstance(instanceId, async (tx) => {
    let query = tx.sql
      .updateTable('connection')
      .set({ state, secrets: '' })
      .where('id', '=', connectionId)
      .where('state', 'in', ['waiting', 'authorised']);
    if (userId) query = query.where('userId', '=', userId);
    const changed = await query.returning('id').executeTakeFirst();
    if (changed) record(tx, { type: 'connection.changed', data: { connectionId } });
    return changed !== undefined;
  });
}
