import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** How somebody is told: not at all, in Postroom and by the browser, or by mail as well. */
export const ways = ['none', 'here', 'mail'] as const;
export type Way = (typeof ways)[number];

/** What a user can choose to be told of: mail to a conversation of theirs, a new one nobody has taken, being named, an address. */
export type Choices = { assigned: Way; unassigned: Way; mention: Way; mailbox: Way };

/** What holds for who never chose. */
const usual: Choices = { assigned: 'here', unassigned: 'none', mention: 'here', mailbox: 'here' };

export async function choicesOf(tx: InstanceTransaction, userId: string): Promise<Choices> {
  const chosen = await tx.sql
    .selectFrom('notificationPreference')
    .where('userId', '=', userId)
    .select(['assigned', 'unassigned', 'mention', 'mailbox'])
    .executeTakeFirst();
  return chosen ?? usual;
}

/** Keeps what a user chose; answers all of it. */
export async function choose(
  tx: InstanceTransaction,
  userId: string,
  changes: Partial<Choices>,
): Promise<Choices> {
  const before = await choicesOf(tx, userId);
  if (Object.keys(changes).length === 0) return before;
  const choices = { ...before, ...changes };
  await tx.sql
    .insertInto('notificationPreference')
    .values({ instanceId: tx.instanceId, userId, ...choices })
    .onConflict((conflict) => conflict.columns(['instanceId', 'userId']).doUpdateSet(changes))
    .execute();
  return choices;
}

/** Who has access here, how each wants to be told of this, and whether they are an admin; who wants nothing is left out. */
export function whoWants(
  tx: InstanceTransaction,
  about: keyof Choices,
): Promise<Array<{ userId: string; way: Way; role: 'admin' | 'agent' }>> {
  const way = sql<Way>`coalesce(${sql.ref(`notificationPreference.${about}`)}, ${usual[about]})`;
  return tx.sql
    .selectFrom('membership')
    .leftJoin('notificationPreference', (join) =>
      join
        .onRef('notificationPreference.instanceId', '=', 'membership.instanceId')
        .onRef('notificationPreference.userId', '=', 'membership.userId'),
    )
    .where('membership.deactivatedAt', 'is', null)
    .where(way, '!=', 'none')
    .select(['membership.userId', 'membership.role', way.as('way')])
    .execute();
}
