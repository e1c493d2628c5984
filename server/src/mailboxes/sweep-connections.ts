import { endPendingConnection } from './cancel-connection.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { revokeGrant } from './delete-mailbox.ts';
import { revokeAbandoned } from './revoke-abandoned-connections.ts';

const retentionMs = 30 * 24 * 3_600_000;

/**
 * Cleans up unfinished connections of the whole deployment (C7): marks expired ones, revokes access that was
 * not saved or whose mailbox was deleted, and deletes old rows.
 */
export async function sweepConnections(deps: ConnectionDeps, now: Date): Promise<void> {
  const { sql } = deps.deployment;
  const expired = await sql
    .selectFrom('connection')
    .where('state', 'in', ['waiting', 'authorised'])
    .where('expiresAt', '<=', now)
    .select(['instanceId', 'id as connectionId'])
    .execute();
  for (const ref of expired) await endPendingConnection(deps.database, ref, 'expired');

  const unsaved = await sql
    .selectFrom('connection')
    .where('tokens', 'is not', null)
    .where('state', 'in', ['refused', 'cancelled', 'expired'])
    .select(['instanceId', 'id as connectionId'])
    .execute();
  for (const ref of unsaved) await revokeAbandoned(deps, ref);

  const deleted = await sql
    .selectFrom('mailboxGrant')
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'mailboxGrant.instanceId')
        .onRef('mailbox.id', '=', 'mailboxGrant.mailboxId'),
    )
    .where('mailbox.deletedAt', 'is not', null)
    .select(['mailbox.instanceId', 'mailbox.id as mailboxId'])
    .execute();
  for (const ref of deleted) await revokeGrant(deps, ref);

  await sql
    .deleteFrom('connection')
    .where('tokens', 'is', null)
    .where('createdAt', '<', new Date(now.getTime() - retentionMs))
    .execute();
}
