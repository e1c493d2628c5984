import type { Actor } from '../audit/record.ts';
import type { Database } from '../database/bind.ts';
import type { Deployment } from '../database/connect.ts';
import { endUnfinished } from './cancel-connection.ts';
import type { ConnectingNeeds } from './connection-deps.ts';
import { deleteMailbox, giveUpGrant } from './delete-mailbox.ts';
import { giveBack } from './revoke-abandoned.ts';

/** Google is asked to take its access back for as long; after that the tokens are only forgotten (ms). */
const triesFor = 7 * 24 * 3_600_000;

/**
 * Ends what is left of instances that were ordered to go: every address is disconnected and its access
 * given back to Google, then all data is removed. What Google did not answer for is tried again by the
 * next sweep; until then the data waits, which nobody can reach any more.
 */
export async function sweepDeletedInstances(
  needs: { deployment: Deployment; database: Database; connecting: ConnectingNeeds | null },
  now: Date,
): Promise<{ removed: string[]; waiting: string[] }> {
  const { deployment, database, connecting } = needs;
  const instances = await deployment.sql
    .selectFrom('instance')
    .where('deletedAt', 'is not', null)
    .select(['id', 'deletedAt'])
    .execute();
  const outcome = { removed: [] as string[], waiting: [] as string[] };
  for (const { id, deletedAt } of instances) {
    const given = connecting ? await giveAllBack(connecting, database, id, now) : true;
    if (given || now.getTime() - deletedAt!.getTime() > triesFor) {
      await deployment.sql.deleteFrom('instance').where('id', '=', id).execute();
      outcome.removed.push(id);
    } else outcome.waiting.push(id);
  }
  return outcome;
}

/** Whether Google has been told of every access of the instance. */
async function giveAllBack(
  needs: ConnectingNeeds,
  database: Database,
  instanceId: string,
  now: Date,
): Promise<boolean> {
  const { mailboxes, connections } = await database.inInstance(instanceId, async (tx) => ({
    mailboxes: await tx.sql.selectFrom('mailbox').select(['id', 'deletedAt']).execute(),
    connections: await tx.sql.selectFrom('connection').where('state', '<>', 'saved').select('id').execute(),
  }));
  for (const { id: mailboxId } of mailboxes.filter(({ deletedAt }) => !deletedAt)) {
    await deleteMailbox(needs, { instanceId, mailboxId }, theDeletion, now);
  }
  let all = true;
  for (const { id: mailboxId } of mailboxes) {
    all = (await giveUpGrant(needs, { instanceId, mailboxId })) && all;
  }
  for (const { id: connectionId } of connections) {
    await endUnfinished(database, { instanceId, connectionId }, 'cancelled');
    all = (await giveBack(needs, { instanceId, connectionId })) && all;
  }
  return all;
}

const theDeletion: Actor = { id: '00000000-0000-0000-0000-000000000000', name: 'Postroom', ipAddress: null };
