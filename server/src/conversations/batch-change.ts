import { sql } from 'kysely';
import type { ConversationStatus } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Queue } from '../queue/queue.ts';
import { type ConversationChange, changeConversation, markRead } from './change-conversation.ts';

/** A change of one conversation among many. */
export type BatchChange = ConversationChange & {
  conversationId: string;
  /** Marks it as read or unread for the requesting user. */
  read?: boolean | undefined;
  /** Applies only if these values are current: an undo does not overwrite what somebody changed since. */
  expect?: { status?: ConversationStatus | undefined; assigneeId?: string | null | undefined } | undefined;
};

export type BatchResult = {
  /** The changes that undo all of it. */
  undo: BatchChange[];
  /** Conversations left unchanged: deleted, or `expect` does not hold. */
  skipped: string[];
};

/** Changes many conversations in one transaction. Throws the same errors as `changeConversation`. */
export async function changeConversations(
  tx: InstanceTransaction,
  changes: BatchChange[],
  user: { id: string; now: Date },
  enqueue: Queue['enqueue'],
): Promise<BatchResult> {
  const before = await lockConversationStates(
    tx,
    user.id,
    changes.map(({ conversationId }) => conversationId),
  );
  const undo: BatchChange[] = [];
  const skipped: string[] = [];
  for (const { conversationId, read, expect, ...change } of changes) {
    const previous = before.get(conversationId);
    const isAsExpected =
      previous &&
      (expect?.status === undefined || expect.status === previous.status) &&
      (expect?.assigneeId === undefined || expect.assigneeId === previous.assigneeId);
    if (!isAsExpected) {
      skipped.push(conversationId);
      continue;
    }
    await changeConversation(tx, conversationId, change, user.id, enqueue);
    if (read === true) await markRead(tx, conversationId, user.id, user.now);
    if (read === false) await markUnread(tx, conversationId, user.id);
    undo.push(undoChange(previous, { conversationId, read, ...change }));
  }
  return { undo, skipped };
}

type ConversationState = {
  status: ConversationStatus;
  snoozedUntil: Date | null;
  assigneeId: string | null;
  unread: boolean;
  tags: string[];
};

/** Locks conversations in the order of their ids, to avoid deadlocks, and returns their current state. */
async function lockConversationStates(
  tx: InstanceTransaction,
  userId: string,
  ids: string[],
): Promise<Map<string, ConversationState>> {
  const rows = await tx.sql
    .selectFrom('conversation')
    .where('id', 'in', ids)
    .select((eb) => [
      'id',
      'status',
      'snoozedUntil',
      'assigneeId',
      eb
        .exists(
          eb
            .selectFrom('conversationRead')
            .where('userId', '=', userId)
            .whereRef('conversationRead.conversationId', '=', 'conversation.id')
            .whereRef('readAt', '>=', 'conversation.lastInboundAt')
            .select('readAt'),
        )
        .as('read'),
      sql<
        string[]
      >`array(select tag_id from conversation_tag where conversation_tag.instance_id = conversation.instance_id
        and conversation_tag.conversation_id = conversation.id)`.as('tags'),
    ])
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map(({ id, read, ...row }) => [id, { ...row, unread: !read }]));
}

/** The change that restores the previous state. */
function undoChange(previous: ConversationState, change: BatchChange): BatchChange {
  const status = change.spam ? 'done' : (change.status ?? (change.snoozedUntil ? 'snoozed' : undefined));
  const added = change.addTags?.filter((id) => !previous.tags.includes(id));
  const removed = change.removeTags?.filter((id) => previous.tags.includes(id));
  return {
    conversationId: change.conversationId,
    ...(status && {
      status: previous.status,
      ...(previous.snoozedUntil && { snoozedUntil: previous.snoozedUntil }),
    }),
    ...(change.assigneeId !== undefined && { assigneeId: previous.assigneeId }),
    ...(added?.length && { removeTags: added }),
    ...(removed?.length && { addTags: removed }),
    ...(change.read !== undefined && { read: !previous.unread }),
    expect: { status, assigneeId: change.assigneeId },
  };
}

/** Marks a conversation as unread for a user. */
async function markUnread(tx: InstanceTransaction, conversationId: string, userId: string): Promise<void> {
  await tx.sql
    .deleteFrom('conversationRead')
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .execute();
}
