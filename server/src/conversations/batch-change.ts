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
  /** What the user saw when choosing it: it is left unchanged if somebody else changed it since. */
  seen?: SeenConversation | undefined;
};

/** A conversation as a row of a list showed it. */
export type SeenConversation = { version: number; status: ConversationStatus; lastMessageAt: Date };

export type BatchResult = {
  /** The changes that undo all of it. */
  undo: BatchChange[];
  /** Conversations left unchanged: deleted, changed by somebody else since `seen`, or `expect` does not hold. */
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
  for (const { conversationId, read, expect, seen, ...change } of changes) {
    const previous = before.get(conversationId);
    const isAsExpected =
      previous &&
      (expect?.status === undefined || expect.status === previous.status) &&
      (expect?.assigneeId === undefined || expect.assigneeId === previous.assigneeId) &&
      !(seen && isChangedByOthers(previous, seen, user.id));
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
  version: number;
  changedBy: string | null;
  lastMessageAt: Date;
  /** The user who wrote the newest email; null where a customer did. */
  lastAuthorId: string | null;
  snoozedUntil: Date | null;
  assigneeId: string | null;
  unread: boolean;
  tags: string[];
};

/** Whether a colleague, a customer or the end of a snooze changed a conversation; the user's own changes do not count. */
function isChangedByOthers(now: ConversationState, seen: SeenConversation, userId: string): boolean {
  const isChangedByUsers = now.version > seen.version;
  const hasOtherStatus = isChangedByUsers ? now.changedBy !== userId : now.status !== seen.status;
  const hasOtherMessages = now.lastMessageAt.getTime() !== seen.lastMessageAt.getTime();
  return hasOtherStatus || (hasOtherMessages && now.lastAuthorId !== userId);
}

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
      'version',
      'changedBy',
      'lastMessageAt',
      eb
        .selectFrom('message')
        .whereRef('message.conversationId', '=', 'conversation.id')
        .where('direction', '!=', 'note')
        .select('authorId')
        .orderBy('sentAt', 'desc')
        .orderBy('message.id', 'desc')
        .limit(1)
        .as('lastAuthorId'),
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
