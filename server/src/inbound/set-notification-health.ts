import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { StoredProblem } from '../problems.ts';

/**
 * Notes whether notifications reach this deployment: null where they do. When they stop, every mailbox
 * is due at once, because those that heard were looked at rarely.
 */
export async function setNotificationHealth(
  deployment: Deployment,
  problem: StoredProblem | null,
): Promise<void> {
  const storedProblem = problem && JSON.stringify(problem);
  const changed = await deployment.sql
    .updateTable('notificationHealth')
    .set({ problem: storedProblem, changedAt: new Date() })
    .where(sql<boolean>`problem is distinct from ${storedProblem}::jsonb`)
    .returning('problem')
    .executeTakeFirst();
  if (!changed || !problem) return;
  await deployment.sql
    .updateTable('mailbox')
    .set({ nextSyncAt: new Date() })
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .where('nextSyncAt', '>', new Date(Date.now() + 3_000))
    .execute();
}
