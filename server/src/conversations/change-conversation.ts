import type { ConversationStatus } from '../database/column-types.ts';
import type { Deployment } from '../database/connect.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, type Problem, ProblemError } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';
import { recordChangeEvents, recordConversationEvent } from './conversation-events.ts';
import { wantSpam } from './gmail-place.ts';
import { noSuchTag } from './tags.ts';

/** What a user can change about a conversation; what is left out stays as it is. */
export type ConversationChange = {
  status?: ConversationStatus | undefined;
  /** Sets it done and moves its messages to spam in Gmail, where two-way sync is on (G2). */
  spam?: true | undefined;
  /** null: nobody. */
  assigneeId?: string | null | undefined;
  /** When a snooze ends. */
  snoozedUntil?: Date | null | undefined;
  /**
   * The version that the page shows: if somebody else has changed the conversation since, the change is
   * rejected. Not checked if left out.
   */
  version?: number | undefined;
  /** Tags to add and remove; others stay, so that concurrent changes do not undo each other. */
  addTags?: string[] | undefined;
  removeTags?: string[] | undefined;
};

export const noSuchConversation = createProblem(404, 'no-such-conversation');

/**
 * Changes a conversation. Throws a ProblemError if it, the assignee or a tag does not exist, or for a version
 * conflict.
 */
export async function changeConversation(
  tx: InstanceTransaction,
  conversationId: string,
  change: ConversationChange,
  actorId: string,
  enqueue: Queue['enqueue'],
): Promise<void> {
  if (change.assigneeId) await assertMember(tx, change.assigneeId);
  const status = change.spam ? 'done' : (change.status ?? (change.snoozedUntil ? 'snoozed' : undefined));
  if (status === 'snoozed' && !change.snoozedUntil) {
    throw new ProblemError(createProblem(400, 'no-snooze-time'));
  }
  const values = {
    ...(status && {
      status,
      snoozedUntil: status === 'snoozed' ? change.snoozedUntil! : null,
      doneAt: status === 'done' ? new Date() : null,
    }),
    ...(change.assigneeId !== undefined && { assigneeId: change.assigneeId }),
  };
  const before = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select(['status', 'assigneeId', 'version', 'changedBy'])
    .forUpdate()
    .executeTakeFirst();
  if (!before) throw new ProblemError(noSuchConversation);
  if (change.version !== undefined && change.version < before.version && before.changedBy !== actorId) {
    throw new ProblemError(await changeConflict(tx, before.changedBy));
  }
  const tagged = await changeTags(tx, conversationId, change, actorId);
  if (Object.keys(values).length === 0 && !tagged) return;
  if (Object.keys(values).length > 0) {
    await tx.sql
      .updateTable('conversation')
      .set({ ...values, version: before.version + 1, changedBy: actorId })
      .where('id', '=', conversationId)
      .execute();
    await recordChangeEvents(tx, {
      conversationId,
      actorId,
      before,
      after: values,
      via: change.spam && 'spam',
    });
  }
  if (change.spam) await wantSpam(tx, conversationId);
  if (status === 'snoozed') {
    const data = { instanceId: tx.instanceId, conversationId };
    await enqueue(tx, 'unsnooze-conversation', data, { startAfter: change.snoozedUntil! });
  }
  recordEvent(tx, { type: 'conversation.changed', data: { conversationId } }, actorId);
}

async function changeTags(
  tx: InstanceTransaction,
  conversationId: string,
  { addTags = [], removeTags = [] }: ConversationChange,
  actorId: string,
): Promise<boolean> {
  const recordTagEvents = async (kind: 'tagged' | 'untagged', tags: Array<{ tagId: string }>) => {
    if (tags.length === 0) return;
    const ids = tags.map(({ tagId }) => tagId);
    const tagNames = await tx.sql.selectFrom('tag').where('id', 'in', ids).select(['id', 'name']).execute();
    for (const { id: tagId, name: tagName } of tagNames)
      await recordConversationEvent(tx, { conversationId, kind, actorId, tagId, tagName, at: new Date() });
  };
  if (removeTags.length > 0) {
    const removed = await tx.sql
      .deleteFrom('conversationTag')
      .where('conversationId', '=', conversationId)
      .where('tagId', 'in', removeTags)
      .returning('tagId')
      .execute();
    await recordTagEvents('untagged', removed);
  }
  if (addTags.length > 0) {
    const existing = await tx.sql
      .selectFrom('tag')
      .where('id', 'in', addTags)
      .select('id')
      .forKeyShare()
      .execute();
    if (existing.length < new Set(addTags).size) throw new ProblemError(noSuchTag);
    const added = await tx.sql
      .insertInto('conversationTag')
      .values(existing.map(({ id }) => ({ instanceId: tx.instanceId, conversationId, tagId: id })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('tagId')
      .execute();
    await recordTagEvents('tagged', added);
  }
  return addTags.length + removeTags.length > 0;
}

/** Reopens a conversation whose snooze has ended; does nothing for others. */
export async function unsnoozeConversation(
  tx: InstanceTransaction,
  conversationId: string,
  now: Date,
): Promise<void> {
  const reopened = await tx.sql
    .updateTable('conversation')
    .set({ status: 'open', snoozedUntil: null })
    .where('id', '=', conversationId)
    .where('status', '=', 'snoozed')
    .where('snoozedUntil', '<=', now)
    .returning('id')
    .executeTakeFirst();
  if (!reopened) return;
  await recordConversationEvent(tx, { conversationId, kind: 'unsnoozed', actorId: null, at: now });
  recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
}

/** Conversations whose snooze ended some time ago: the job that reopens them was lost. */
export async function overdueSnoozes(
  { sql }: Pick<Deployment, 'sql'>,
  now: Date,
  limit: number,
): Promise<Array<{ instanceId: string; conversationId: string }>> {
  return sql
    .selectFrom('conversation')
    .where('status', '=', 'snoozed')
    .where('snoozedUntil', '<', new Date(now.getTime() - 30_000))
    .select(['instanceId', 'id as conversationId'])
    .limit(limit)
    .execute();
}

async function changeConflict(tx: InstanceTransaction, userId: string | null): Promise<Problem> {
  const who = userId
    ? await tx.sql.selectFrom('users').where('id', '=', userId).select('name').executeTakeFirst()
    : undefined;
  return createProblem(409, 'edit-conflict', { name: who?.name ?? { code: 'somebody' } });
}

/** Throws a ProblemError if the conversation does not exist. */
export async function assertConversation(tx: InstanceTransaction, conversationId: string): Promise<void> {
  const conversation = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select('id')
    .executeTakeFirst();
  if (!conversation) throw new ProblemError(noSuchConversation);
}

/** Throws a ProblemError if the user is not an active member of the instance. */
export async function assertMember(tx: InstanceTransaction, userId: string): Promise<void> {
  const member = await tx.sql
    .selectFrom('membership')
    .where('userId', '=', userId)
    .where('deactivatedAt', 'is', null)
    .select('userId')
    .executeTakeFirst();
  if (!member) {
    throw new ProblemError(createProblem(400, 'assignee-not-member'));
  }
}

/** Marks a conversation as read by a user until now. */
export async function markRead(
  tx: InstanceTransaction,
  conversationId: string,
  userId: string,
  now: Date,
): Promise<void> {
  await assertConversation(tx, conversationId);
  await tx.sql
    .insertInto('conversationRead')
    .values({ instanceId: tx.instanceId, conversationId, userId, readAt: now })
    .onConflict((conflict) =>
      conflict.columns(['instanceId', 'userId', 'conversationId']).doUpdateSet({ readAt: now }),
    )
    .execute();
}
