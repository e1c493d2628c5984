import type { ExpressionBuilder } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** Deletes the blobs among these that no attachment refers to any more. */
export async function deleteUnusedBlobs(tx: InstanceTransaction, sha256s: Buffer[]): Promise<void> {
  if (sha256s.length === 0) return;
  await tx.sql.deleteFrom('blob').where('sha256', 'in', sha256s).where(isUnused).execute();
}

/**
 * Deletes the blobs of attachments whose message, draft or conversation was deleted. If a message with the
 * same bytes is being stored at that moment, storing it fails once, and the next sync stores it.
 */
export async function sweepBlobs(deployment: Deployment): Promise<void> {
  await deployment.sql.deleteFrom('blob').where(isUnused).execute();
}

function isUnused({ not, exists, selectFrom }: ExpressionBuilder<Schema, 'blob'>) {
  return not(
    exists(
      selectFrom('attachment')
        .whereRef('attachment.sha256', '=', 'blob.sha256')
        .whereRef('attachment.instanceId', '=', 'blob.instanceId')
        .select('attachment.id'),
    ),
  );
}
