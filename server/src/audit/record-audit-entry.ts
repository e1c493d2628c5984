import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { AuditAction } from './actions.ts';

/** Who did it and from where, as the audit log keeps it. */
export type Actor = { id: string; name: string; ipAddress: string | null };

/** Adds to the audit log in the transaction that makes the change (M2). Entries are never altered. */
export async function audit(
  tx: InstanceTransaction,
  actor: Actor,
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
