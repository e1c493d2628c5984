import type { Database } from '../database/instance-transaction.ts';

/** Moves a mailbox's cursor forward; never back, whoever else has moved it meanwhile. */
export async function advanceCursor(
  database: Database,
  { instanceId, mailboxId, cursor }: { instanceId: string; mailboxId: string; cursor: string },
  to: string,
): Promise<void> {
  if (BigInt(to) <= BigInt(cursor)) return;
  await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ cursor: to })
      .where('id', '=', mailboxId)
      .where('cursor', '<', to)
      .execute(),
  );
}
