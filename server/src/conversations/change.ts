import type { InstanceTransaction } from '../database/bind.ts';
import type { ConversationStatus } from '../database/schema.ts';
import { Refused, refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import type { Queue } from '../queue/queue.ts';

/** What a person may change about a conversation; what is left out stays. */
export type ConversationChange = {
  status?: ConversationStatus | undefined;
  /** null: nobody. */
  assigneeId?: string | null | undefined;
  /** When a snoozed one comes back. */
  snoozedUntil?: Date | null | undefined;
};

export const noSuchConversation = refusal(
  404,
  'no-such-conversation',
  'There is no such conversation here.',
  'It may have been deleted, or the link is of another inbox.',
);

/** Changes a conversation and tells the live pages. Throws Refused where it or the assignee is unknown. */
export async function changeConversation(
  tx: InstanceTransaction,
  conversationId: string,
  change: ConversationChange,
  actorId: string,
  enqueue: Queue['enqueue'],
): Promise<void> {
  if (change.assigneeId) await mustBeMember(tx, change.assigneeId);
  const status = change.status ?? (change.snoozedUntil ? 'snoozed' : undefined);
  if (status === 'snoozed' && !change.snoozedUntil) {
    throw new Refused(
      refusal(400, 'no-snooze-time', 'A snooze needs a time.', 'Choose when it should come back.'),
    );
  }
  const values = {
    ...(status && {
      status,
      snoozedUntil: status === 'snoozed' ? change.snoozedUntil! : null,
      doneAt: status === 'done' ? new Date() : null,
    }),
    ...(change.assigneeId !== undefined && { assigneeId: change.assigneeId }),
  };
  const query = tx.sql.selectFrom('conversation').where('id', '=', conversationId).select('id').forUpdate();
  if (!(await query.executeTakeFirst())) throw new Refused(noSuchConversation);
  if (Object.keys(values).length === 0) return;
  await tx.sql.updateTable('conversation').set(values).where('id', '=', conversationId).execute();
  if (status === 'snoozed') {
    const data = { instanceId: tx.instanceId, conversationId };
    await enqueue(tx, 'wake-conversation', data, { startAfter: change.snoozedUntil! });
  }
  record(tx, { type: 'conversation.changed', data: { conversationId } }, actorId);
}

/** Brings a snoozed conversation back when its time has come; earlier, or not snoozed: nothing. */
export async function wakeConversation(
  tx: InstanceTransaction,
  conversationId: string,
  now: Date,
): Promise<void> {
  const woken = await tx.sql
    .updateTable('conversation')
    .set({ status: 'open', snoozedUntil: null })
    .where('id', '=', conversationId)
    .where('status', '=', 'snoozed')
    .where('snoozedUntil', '<=', now)
    .returning('id')
    .executeTakeFirst();
  if (woken) record(tx, { type: 'conversation.changed', data: { conversationId } });
}

async function mustBeMember(tx: InstanceTransaction, userId: string): Promise<void> {
  const member = await tx.sql
    .selectFrom('membership')
    .where('userId', '=', userId)
    .select('userId')
    .executeTakeFirst();
  if (!member) {
    throw new Refused(
      refusal(400, 'no-such-person', 'This person is not a member of this inbox.', 'Choose someone else.'),
    );
  }
}

/** Notes that a user has read a conversation up to now. */
export async function markRead(
  tx: InstanceTransaction,
  conversationId: string,
  userId: string,
  now: Date,
): Promise<void> {
  const known = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select('id')
    .executeTakeFirst();
  if (!known) throw new Refused(noSuchConversation);
  await tx.sql
    .insertInto('conversationRead')
    .values({ instanceId: tx.instanceId, conversationId, userId, readAt: now })
    .onConflict((conflict) =>
      conflict.columns(['instanceId', 'userId', 'conversationId']).doUpdateSet({ readAt: now }),
    )
    .execute();
}
