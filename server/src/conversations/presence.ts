import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';

/** A user whose page has not reported for this time (ms) has left; pages report every 20 seconds. */
const presenceTimeoutMs = 45_000;

export type Viewer = { id: string; name: string };

/**
 * Records that a user has a conversation open, or has left it (`isPresent`), and returns the other viewers. An
 * event is recorded only when somebody opens or leaves it. Returns nobody if it does not exist.
 */
export async function updatePresence(
  tx: InstanceTransaction,
  conversationId: string,
  { userId, isPresent, now }: { userId: string; isPresent: boolean; now: Date },
): Promise<Viewer[]> {
  const before = await tx.sql
    .selectFrom('presence')
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .select('seenAt')
    .executeTakeFirst();
  const wasPresent = before !== undefined && now.getTime() - before.seenAt.getTime() < presenceTimeoutMs;
  if (isPresent) {
    const inserted = await tx.sql
      .insertInto('presence')
      .columns(['instanceId', 'conversationId', 'userId', 'seenAt'])
      .expression((eb) =>
        eb
          .selectFrom('conversation')
          .where('id', '=', conversationId)
          .select((one) => [
            'instanceId',
            'id',
            one.val(userId).$castTo<string>().as('userId'),
            one.val(now).$castTo<Date>().as('seenAt'),
          ]),
      )
      .onConflict((conflict) =>
        conflict.columns(['instanceId', 'conversationId', 'userId']).doUpdateSet({ seenAt: now }),
      )
      .returning('userId')
      .executeTakeFirst();
    if (!inserted) return [];
  } else if (before) {
    await tx.sql
      .deleteFrom('presence')
      .where('conversationId', '=', conversationId)
      .where('userId', '=', userId)
      .execute();
  }
  if (isPresent !== wasPresent)
    recordEvent(tx, { type: 'presence.changed', data: { conversationId } }, userId);
  return tx.sql
    .selectFrom('presence')
    .innerJoin('users', 'users.id', 'presence.userId')
    .where('presence.conversationId', '=', conversationId)
    .where('presence.userId', '!=', userId)
    .where('presence.seenAt', '>', new Date(now.getTime() - presenceTimeoutMs))
    .select(['users.id', 'users.name'])
    .orderBy('users.name')
    .execute();
}
