import type { DraftKind } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** Who saved no word for this long (ms) is not answering at the moment. */
const activeWithinMs = 120_000;

export type ActiveWriter = { id: string; name: string; kind: DraftKind };

/** The colleagues who are writing in a conversation at this moment. */
export async function activeWriters(
  tx: InstanceTransaction,
  conversationId: string,
  { userId, now }: { userId: string; now: Date },
): Promise<ActiveWriter[]> {
  return tx.sql
    .selectFrom('draft')
    .innerJoin('users', 'users.id', 'draft.userId')
    .where('draft.conversationId', '=', conversationId)
    .where('draft.userId', '!=', userId)
    .where('draft.changedAt', '>', new Date(now.getTime() - activeWithinMs))
    .where('draft.html', '!=', '')
    .select(['users.id', 'users.name', 'draft.kind'])
    .orderBy('draft.changedAt', 'desc')
    .execute();
}
