import type { Actor } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database } from '../database/instance-transaction.ts';
import { endPendingConnection } from './cancel-connection.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { deleteMailbox, revokeGrant } from './delete-mailbox.ts';
import { revokeAbandoned } from './revoke-abandoned.ts';

/** Google is asked to take its access back for as long; after that the tokens are only forgotten (ms). */
const revokeRetryMs = 7 * 24 * 3_600_000;

/**
 * Ends what is left of instances that were ordered to go: every address is disconnected and its access
 * given back to Google, then all data is removed. What Google did not answer for is tried again by the
 * next sweep; until then the data waits, which nobody can reach any more.
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

/** Whether Google has been told of every access of the instance. */
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
