import type { Actor } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { endPendingConnection } from './cancel-connection.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { deleteMailbox, revokeGrant } from './delete-mailbox.ts';
import { revokeAbandoned } from './revoke-abandoned-connections.ts';

/** How long revoking at Google is tried; afterwards the tokens are only deleted (ms). */
const revokeRetryMs = 7 * 24 * 3_600_000;

/**
 * Finishes the deletion of instances: disconnects every mailbox and revokes its access at Google, then
 * deletes all data. If Google does not answer, the next sweep tries again; until then the data stays, with
 * nobody who has access to it.
 */
export async function sweepDeletedInstances(
  deps: { deployment: Deployment; database: Database; connecting: ConnectionDeps | null },
  now: Date,
): Promise<{ removed: string[]; waiting: string[] }> {
  const { deployment, database, connecting } = deps;
  const instances = await deployment.sql
    .selectFrom('instance')
    .where('deletedAt', 'is not', null)
    .select(['id', 'deletedAt'])
    .execute();
  const outcome = { removed: [] as string[], waiting: [] as string[] };
  for (const { id, deletedAt } of instances) {
    const revoked = connecting ? await revokeAllAccess(connecting, database, id, now) : true;
    if (revoked || now.getTime() - deletedAt!.getTime() > revokeRetryMs) {
      await deployment.sql.deleteFrom('instance').where('id', '=', id).execute();
      outcome.removed.push(id);
    } else outcome.waiting.push(id);
  }
  return outcome;
}

/** Whether all access of the instance has been revoked at Google. */
async function revokeAllAccess(
  deps: ConnectionDeps,
  database: Database,
  instanceId: string,
  now: Date,
): Promise<boolean> {
  const { mailboxes, connections } = await database.inInstance(instanceId, async (tx) => ({
    mailboxes: await tx.sql.selectFrom('mailbox').select(['id', 'deletedAt']).execute(),
    connections: await tx.sql.selectFrom('connection').where('state', '<>', 'saved').select('id').execute(),
  }));
  for (const { id: mailboxId } of mailboxes.filter(({ deletedAt }) => !deletedAt)) {
    await deleteMailbox(deps, { instanceId, mailboxId }, systemActor, now);
  }
  let allRevoked = true;
  for (const { id: mailboxId } of mailboxes) {
    allRevoked = (await revokeGrant(deps, { instanceId, mailboxId })) && allRevoked;
  }
  for (const { id: connectionId } of connections) {
    await endPendingConnection(database, { instanceId, connectionId }, 'cancelled');
    allRevoked = (await revokeAbandoned(deps, { instanceId, connectionId })) && allRevoked;
  }
  return allRevoked;
}

const systemActor: Actor = { id: '00000000-0000-0000-0000-000000000000', name: 'Postroom', ipAddress: null };
