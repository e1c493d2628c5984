import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { ConversationStatus } from '../database/schema.ts';
import type { Queue } from '../queue/queue.ts';
import { type ConversationChange, changeConversation, markRead } from './change-conversation.ts';

/** A change of one conversation among many. */
export type OneOfMany = ConversationChange & {
  conversationId: string;
  /** Whether the asking user has read it. */
  read?: boolean | undefined;
  /** Only while it is still so: an undo takes back its own change, never what somebody did since. */
  expect?: { status?: ConversationStatus | undefined; assigneeId?: string | null | undefined } | undefined;
};

export type ManyChanged = {
  /** What to send to have all of it undone. */
  undo: OneOfMany[];
  /** Those left as they are: gone, or changed by somebody else since. */
  left: string[];
};

/** Changes many conversations in one transaction. Throws Refused as the change of one does. */
export async function changeMany(
  tx: InstanceTransaction,
  changes: OneOfMany[],
  user: { id: string; now: Date },
  enqueue: Queue['enqueue'],
): Promise<ManyChanged> {
  const before = await standing(
    tx,
    user.id,
    changes.map(({ conversationId }) => conversationId),
  );
  const undo: OneOfMany[] = [];
  const left: string[] = [];
  for (const { conversationId, read, expect, ...change } of changes) {
    const was = before.get(conversationId);
    const asExpected =
      was &&
      (expect?.status === undefined || expect.status === was.status) &&
      (expect?.assigneeId === undefined || expect.assigneeId === was.assigneeId);
    if (!asExpected) {
      left.push(conversationId);
      continue;
    }
    await changeConversation(tx, conversationId, change, user.id, enqueue);
    if (read === true) await markRead(tx, conversationId, user.id, user.now);
    if (read === false) await markUnread(tx, conversationId, user.id);
    undo.push(backTo(was, { conversationId, read, ...change }));
  }
  return { undo, left };
}

type Standing = {
  status: ConversationStatus;
  snoozedUntil: Date | null;
  assigneeId: string | null;
  unread: boolean;
  tags: string[];
};

/** How they stand, locked in one order, so that two who change the same ones do not wait for each other. */
async function standing(
  tx: InstanceTransaction,
  userId: string,
  ids: string[],
): Promise<Map<string, Standing>> {
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

/** The change that brings one back to how it stood. */
function backTo(was: Standing, change: OneOfMany): OneOfMany {
  const status = change.status ?? (change.snoozedUntil ? 'snoozed' : undefined);
  const added = change.addTags?.filter((id) => !was.tags.includes(id));
  const removed = change.removeTags?.filter((id) => was.tags.includes(id));
  return {
    conversationId: change.conversationId,
    ...(status && { status: was.status, ...(was.snoozedUntil && { snoozedUntil: was.snoozedUntil }) }),
    ...(change.assigneeId !== undefined && { assigneeId: was.assigneeId }),
    ...(added?.length && { removeTags: added }),
    ...(removed?.length && { addTags: removed }),
    ...(change.read !== undefined && { read: !was.unread }),
    expect: { status, assigneeId: change.assigneeId },
  };
}

/** Shows a conversation as not read yet to this user. */
async function markUnread(tx: InstanceTransaction, conversationId: string, userId: string): Promise<void> {
  await tx.sql
    .deleteFrom('conversationRead')
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .execute();
}
