import type { InstanceTransaction } from '../database/bind.ts';
import type { DraftKind } from '../database/schema.ts';

/** Who saved no word for this long (ms) is not answering at the moment. */
const recently = 120_000;

export type Writer = { id: string; name: string; kind: DraftKind };

/** The colleagues who are writing in a conversation at this moment. */
export async function writers(
  tx: InstanceTransaction,
  conversationId: string,
  { userId, now }: { userId: string; now: Date },
): Promise<Writer[]> {
  return tx.sql
    .selectFrom('draft')
    .innerJoin('users', 'users.id', 'draft.userId')
    .where('draft.conversationId', '=', conversationId)
    .where('draft.userId', '!=', userId)
    .where('draft.changedAt', '>', new Date(now.getTime() - recently))
    .where('draft.html', '!=', '')
    .select(['users.id', 'users.name', 'draft.kind'])
    .orderBy('draft.changedAt', 'desc')
    .execute();
}
