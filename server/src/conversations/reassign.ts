import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { assertMember } from './change-conversation.ts';

/**
 * Assigns all conversations of a user that are not done to another user, or to nobody. Returns how many.
 * Throws a ProblemError if both are the same or `to` is not a member.
 */
export async function reassignConversations(
  tx: InstanceTransaction,
  { from, to, actorId }: { from: string; to: string | null; actorId: string },
): Promise<number> {
  if (to === from) throw new ProblemError(sameAssignee);
  if (to) await assertMember(tx, to);
  const changed = await tx.sql
    .updateTable('conversation')
    .set({ assigneeId: to })
    .where('assigneeId', '=', from)
    .where('status', '<>', 'done')
    .returning('id')
    .execute();
  for (const { id } of changed) {
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId: id } }, actorId);
  }
  return changed.length;
}

const sameAssignee = createProblem(400, 'reassign-to-same-person');
