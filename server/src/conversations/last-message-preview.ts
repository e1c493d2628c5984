import type { Direction } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';

/** Updates the preview of a conversation in the list with a message, unless a newer one is shown there; with the commit. */
export function updateLastMessagePreview(
  tx: InstanceTransaction,
  conversationId: string,
  message: Shown,
): void {
  tx.withCommit.push(() => updatePreview.with({ conversationId, ...message }));
}

type Shown = { at: Date; snippet: string; direction: Direction };
const updatePreview = prepared(
  (db, { conversationId, at, snippet, direction }: Shown & { conversationId: string }) =>
    db
      .updateTable('conversation')
      .set({ snippet, lastDirection: direction, lastMessageAt: at })
      .where('id', '=', conversationId)
      .where('lastMessageAt', '<=', at),
);

/**
 * Updates the preview with the latest email of the conversation, after one was removed or changed. An email whose
 * content was deleted is passed over, unless there is no other.
 */
export async function refreshLastMessagePreview(
  tx: InstanceTransaction,
  conversationId: string,
): Promise<void> {
  const last = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .select(['snippet', 'direction', 'sentAt'])
    .orderBy((eb) => eb('deletedAt', 'is', null), 'desc')
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!last) return;
  await tx.sql
    .updateTable('conversation')
    .set({ snippet: last.snippet, lastDirection: last.direction, lastMessageAt: last.sentAt })
    .where('id', '=', conversationId)
    .execute();
}
