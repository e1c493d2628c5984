import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { AuditAction } from './actions.ts';

/** Who did something, and from which IP address, for the audit log. */
export type Actor = { id: string; name: string; ipAddress: string | null };

/**
 * Adds an entry to the audit log, in the transaction of the change (M2). Entries are never changed. An actor
 * without an id is no user: somebody who could not sign in, or the operator.
 */
export async function audit(
  tx: InstanceTransaction,
  actor: Omit<Actor, 'id'> & { id: string | null },
  entry: { action: AuditAction; subject: string; before?: unknown; after?: unknown },
): Promise<void> {
  await tx.sql
    .insertInto('auditEntry')
    .values({
      instanceId: tx.instanceId,
      id: uuid(),
      actorId: actor.id,
      actorName: actor.name,
      action: entry.action,
      subject: entry.subject,
      before: entry.before === undefined ? null : JSON.stringify(entry.before),
      after: entry.after === undefined ? null : JSON.stringify(entry.after),
      ipAddress: actor.ipAddress,
    })
    .execute();
}
