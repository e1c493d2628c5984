import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/**
 * The views of the inbox (product A2). `mine` and `unassigned` are open conversations; `quiet` are those that
 * take what a sender in a loop writes (R6), whatever their status, and `done` leaves them out; `mentions` are
 * those in whose notes a colleague named the user, but for done ones.
 */
export const views = ['mine', 'unassigned', 'open', 'snoozed', 'done', 'mentions', 'quiet'] as const;
export type View = (typeof views)[number];

/** Those whose number is shown. Nobody works through what is done. */
export const countableViews = ['mine', 'unassigned', 'open', 'snoozed', 'mentions', 'quiet'] as const;
export type CountableView = (typeof countableViews)[number];

/** Counting stops here, so that it costs the same however much there is: shown as 9,999+. */
export const maxCount = 10_000;

type Conversation = ExpressionBuilder<Schema, 'conversation'>;

/** What a view holds, as a condition on the conversation. */
export function inView(eb: Conversation, view: View, userId: string) {
  if (view === 'quiet') return eb('conversation.quietFor', 'is not', null);
  if (view === 'done') {
    return eb.and([eb('conversation.status', '=', 'done'), eb('conversation.quietFor', 'is', null)]);
  }
  if (view === 'mentions') {
    const mentioned = eb
      .selectFrom('mention')
      .whereRef('mention.instanceId', '=', 'conversation.instanceId')
      .whereRef('mention.conversationId', '=', 'conversation.id')
      .where('mention.userId', '=', userId)
      .select('mention.conversationId');
    return eb.and([eb('conversation.status', '!=', 'done'), eb.exists(mentioned)]);
  }
  const status = eb('conversation.status', '=', view === 'snoozed' ? 'snoozed' : 'open');
  if (view === 'mine') return eb.and([status, eb('conversation.assigneeId', '=', userId)]);
  if (view === 'unassigned') return eb.and([status, eb('conversation.assigneeId', 'is', null)]);
  return status;
}

export type ViewCounts = Record<CountableView, number> & {
  mailboxes: Array<{
    mailboxId: string;
    displayName: string;
    address: string;
    open: number;
    state: 'connected' | 'disconnected';
  }>;
};

/** How many conversations each view holds, and the open ones of each mailbox; at most `countedAtMost`. */
export async function countViews(tx: InstanceTransaction, userId: string): Promise<ViewCounts> {
  const counts = await tx.sql
    .selectNoFrom((eb) =>
      countableViews.map((view) =>
        capped(
          eb
            .selectFrom('conversation')
            .where((where) => inView(where as Conversation, view, userId))
            .select(sql`1`.as('one'))
            .limit(maxCount),
        ).as(view),
      ),
    )
    .executeTakeFirstOrThrow();
  const mailboxes = await tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .select((eb) => [
      'mailbox.id as mailboxId',
      'displayName',
      'address',
      'disconnectedAt',
      capped(
        eb
          .selectFrom('conversation')
          .whereRef('conversation.mailboxId', '=', 'mailbox.id')
          .where('conversation.status', '=', 'open')
          .select(sql`1`.as('one'))
          .limit(maxCount),
      ).as('open'),
    ])
    .orderBy('displayName')
    .orderBy('address')
    .execute();
  return {
    ...(counts as Record<CountableView, number>),
    mailboxes: mailboxes.map(({ disconnectedAt, ...mailbox }) => ({
      ...mailbox,
      state: disconnectedAt ? 'disconnected' : 'connected',
    })),
  };
}

/** Counts the rows of a query that has a limit. */
function capped(rows: unknown): RawBuilder<number> {
  return sql<number>`(select count(*) from (${rows}) as counted)`;
}
