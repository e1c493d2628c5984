import { type ExpressionBuilder, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';

/**
 * The views of the inbox (A2). `mine` and `unassigned`: open conversations; `quiet`: conversations that hold the
 * messages of a sender over the hourly limit (R6), of any status, which `done` leaves out; `mentions`:
 * conversations that are not done, with a note that mentions the user.
 */
export const views = ['mine', 'unassigned', 'open', 'snoozed', 'done', 'mentions', 'quiet'] as const;
export type View = (typeof views)[number];

/** The views that show a number. */
export const countableViews = ['mine', 'unassigned', 'open', 'snoozed', 'mentions', 'quiet'] as const;
export type CountableView = (typeof countableViews)[number];

/** Counting stops here to limit its cost; shown as 9,999+. */
export const maxCount = 10_000;

type Conversation = ExpressionBuilder<Schema, 'conversation'>;

/** The condition for a conversation to be in a view. Statuses are written into the text: some indexes are for one only. */
export function inView(eb: Conversation, view: View, userId: string) {
  if (view === 'quiet') return eb('conversation.quietFor', 'is not', null);
  if (view === 'done') {
    return eb.and([eb('conversation.status', '=', sql.lit('done')), eb('conversation.quietFor', 'is', null)]);
  }
  if (view === 'mentions') {
    const mentioned = eb
      .selectFrom('mention')
      .whereRef('mention.instanceId', '=', 'conversation.instanceId')
      .whereRef('mention.conversationId', '=', 'conversation.id')
      .where('mention.userId', '=', userId)
      .select('mention.conversationId');
    return eb.and([eb('conversation.status', '!=', sql.lit('done')), eb.exists(mentioned)]);
  }
  const status = eb('conversation.status', '=', sql.lit(view === 'snoozed' ? 'snoozed' : 'open'));
  if (view === 'mine') return eb.and([status, eb('conversation.assigneeId', '=', userId)]);
  if (view === 'unassigned') return eb.and([status, eb('conversation.assigneeId', 'is', null)]);
  return status;
}
