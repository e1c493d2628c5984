import type { Database } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { revokeAbandoned } from './revoke-abandoned-connections.ts';

/** Cancels an unsaved connection of this admin and revokes its access at Google. */
export async function cancelConnection(
  deps: ConnectionDeps,
  connectionRef: { instanceId: string; connectionId: string },
  userId: string,
): Promise<void> {
  const changed = await endPendingConnection(deps.database, connectionRef, 'cancelled', userId);
  if (changed) await revokeAbandoned(deps, connectionRef);
}

/** Ends a connection that is neither saved nor refused; returns whether there was one. */
export function endPendingConnection(
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
    if (changed) recordEvent(tx, { type: 'connection.changed', data: { connectionId } });
    return changed !== undefined;
  });
}
