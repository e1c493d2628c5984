import { endUnfinished } from './cancel-connection.ts';
import type { ConnectingNeeds } from './connection-deps.ts';
import { giveUpGrant } from './delete-mailbox.ts';
import { giveBack } from './revoke-abandoned.ts';

const keptFor = 30 * 24 * 3_600_000;

/**
 * Ends what connecting left unfinished in the whole deployment (C7): expired connections are marked
 * so, access that nobody saved or that was deleted goes back to Google, old rows are dropped.
 */
export async function sweepConnections(needs: ConnectingNeeds, now: Date): Promise<void> {
  const { sql } = needs.deployment;
  const expired = await sql
    .selectFrom('connection')
    .where('state', 'in', ['waiting', 'authorised'])
    .where('expiresAt', '<=', now)
    .select(['instanceId', 'id as connectionId'])
    .execute();
  for (const at of expired) await endUnfinished(needs.database, at, 'expired');

  const unsaved = await sql
    .selectFrom('connection')
    .where('tokens', 'is not', null)
    .where('state', 'in', ['refused', 'cancelled', 'expired'])
    .select(['instanceId', 'id as connectionId'])
    .execute();
  for (const at of unsaved) await giveBack(needs, at);

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
  for (const at of deleted) await giveUpGrant(needs, at);

  await sql
    .deleteFrom('connection')
    .where('tokens', 'is', null)
    .where('createdAt', '<', new Date(now.getTime() - keptFor))
    .execute();
}
