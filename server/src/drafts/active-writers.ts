import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { DraftKind } from '../database/schema.ts';

/** A draft saved within this time (ms) is being written. */
const activeWithinMs = 120_000;

export type ActiveWriter = { id: string; name: string; kind: DraftKind };

/** The colleagues who are writing in a conversation now. */
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
