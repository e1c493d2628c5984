import type { Actor } from '../audit/record-audit-entry.ts';
import type { Deployment } from '../database/connect.ts';
import { eraseInstance } from '../database/erase-instance.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { requestInstanceDeletion } from '../instances/instances.ts';
import { endPendingConnection } from './cancel-connection.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { deleteMailbox, revokeGrant } from './delete-mailbox.ts';
import { revokeAbandoned } from './revoke-abandoned-connections.ts';
import { untroubled } from './trouble.ts';

/** How long revoking at Google is tried; afterwards the tokens are only deleted (ms). */
const revokeRetryMs = 7 * 24 * 3_600_000;
/** How long one sweep deletes rows; the next one continues (ms). */
const sweepMs = 4 * 60_000;

/**
 * Begins the deletion of an instance: from the commit on nobody has access, no mailbox receives or sends, and no
 * authorisation can be finished. `sweepDeletedInstances` does the rest. Throws a problem if the typed name is not
 * its name.
 */
export async function beginInstanceDeletion(
  tx: InstanceTransaction,
  typedName: string,
  now: Date,
): Promise<void> {
  await requestInstanceDeletion(tx, typedName, now);
  await tx.sql
    .updateTable('mailbox')
    .set({ deletedAt: now, disconnectedAt: null, disconnectedCode: null, ...untroubled })
    .where('deletedAt', 'is', null)
    .execute();
  await tx.sql
    .updateTable('delivery')
    .set({ state: 'cancelled', changedAt: now })
    .where('state', 'in', ['queued', 'sending', 'held'])
    .execute();
  await tx.sql
    .updateTable('connection')
    .set({ state: 'cancelled', secrets: '' })
    .where('state', 'in', ['waiting', 'authorised'])
    .execute();
}

/** What became of the deleted instances: their ids. */
export type Sweep = {
  removed: string[];
  /** Google has not revoked their access yet, or time was up. */
  waiting: string[];
  failed: Array<{ instanceId: string; error: unknown }>;
};

/**
 * Finishes the deletion of instances: revokes all access at Google, then deletes all data, a slice of each
 * instance in turn. If Google does not answer, the next sweep tries again; until then the data stays, with nobody
 * who has access to it. An instance that fails is tried again by the next sweep, and delays no other.
 */
export async function sweepDeletedInstances(
  deps: { deployment: Deployment; database: Database; connecting: ConnectionDeps | null },
  now: Date,
  signal?: AbortSignal,
): Promise<Sweep> {
  const { deployment } = deps;
  const instances = await deployment.sql
    .selectFrom('instance')
    .where('deletedAt', 'is not', null)
    .select(['id', 'deletedAt'])
    .orderBy('deletedAt')
    .execute();
  const sweep: Sweep = { removed: [], waiting: [], failed: [] };
  const erasing = new Map<string, AsyncGenerator<void, void>>();
  /** Runs one step of an instance; a failure ends the steps of this one only. */
  const attempt = async (instanceId: string, step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      erasing.delete(instanceId);
      sweep.failed.push({ instanceId, error });
    }
  };
  for (const { id, deletedAt } of instances) {
    if (signal?.aborted) break;
    await attempt(id, async () => {
      const mayBeLeft = now.getTime() - deletedAt!.getTime() > revokeRetryMs;
      const isRevoked = await revokeAllAccess(deps, id, now).catch((error) => {
        if (!mayBeLeft) throw error;
        return false;
      });
      if (isRevoked || mayBeLeft) erasing.set(id, eraseInstance(deployment, id));
      else sweep.waiting.push(id);
    });
  }
  const deadline = performance.now() + sweepMs;
  while (erasing.size > 0 && performance.now() < deadline && !signal?.aborted) {
    for (const [id, slices] of [...erasing]) {
      await attempt(id, async () => {
        if (!(await slices.next()).done) return;
        erasing.delete(id);
        sweep.removed.push(id);
      });
    }
  }
  sweep.waiting.push(...erasing.keys());
  return sweep;
}

/** Whether all access of the instance has been revoked at Google. Tries all before it throws what one threw. */
async function revokeAllAccess(
  { database, connecting }: { database: Database; connecting: ConnectionDeps | null },
  instanceId: string,
  now: Date,
): Promise<boolean> {
  if (!connecting) return true;
  const { mailboxes, connections } = await database.inInstance(instanceId, async (tx) => ({
    mailboxes: await tx.sql.selectFrom('mailbox').select(['id', 'deletedAt']).execute(),
    connections: await tx.sql.selectFrom('connection').where('state', '<>', 'saved').select('id').execute(),
  }));
  const steps = [
    ...mailboxes.map(({ id: mailboxId, deletedAt }) => async () => {
      const mailbox = { instanceId, mailboxId };
      // It was saved by an admin's request that had begun before the deletion.
      if (!deletedAt) await deleteMailbox(connecting, mailbox, systemActor, now);
      return revokeGrant(connecting, mailbox);
    }),
    ...connections.map(({ id: connectionId }) => async () => {
      await endPendingConnection(database, { instanceId, connectionId }, 'cancelled');
      return revokeAbandoned(connecting, { instanceId, connectionId });
    }),
  ];
  const results: Array<PromiseSettledResult<boolean>> = [];
  for (const step of steps) results.push(...(await Promise.allSettled([step()])));
  const failure = results.find(({ status }) => status === 'rejected');
  if (failure) throw (failure as PromiseRejectedResult).reason;
  return results.every((result) => result.status === 'fulfilled' && result.value);
}

const systemActor: Actor = { id: '00000000-0000-0000-0000-000000000000', name: 'Postroom', ipAddress: null };
