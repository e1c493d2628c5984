import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { stateOf, type Trouble, troubleOf } from '../mailboxes/trouble.ts';
import { isInOtherMailbox } from './other-mailboxes.ts';

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

/** The condition for a conversation to be in a view. */
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
    state: 'connected' | 'trouble' | 'disconnected';
    /** What Google says while the state is `trouble`, and since when. */
    trouble: Trouble | null;
    /** How many of its messages cannot be read (R10). */
    unreadable: number;
  }>;
};

/** The number of conversations in each view, and of open ones of each mailbox; each at most `maxCount`. */
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
      'troubleSince',
      'failingProblem',
      'syncNotBefore',
      eb
        .selectFrom('unfetchedMessage')
        .whereRef('unfetchedMessage.mailboxId', '=', 'mailbox.id')
        .where('unfetchedMessage.setAsideAt', 'is not', null)
        .select(sql<number>`count(*)::integer`.as('count'))
        .$asScalar()
        .as('unreadable'),
      capped(
        eb
          .selectFrom('conversation')
          .whereRef('conversation.mailboxId', '=', 'mailbox.id')
          .where('conversation.status', '=', 'open')
          .select(sql`1`.as('one'))
          .limit(maxCount),
      ).as('open'),
      capped(
        eb
          .selectFrom('conversation')
          .where((where) => isInOtherMailbox(where as Conversation, sql.ref('mailbox.id')))
          .where('conversation.status', '=', 'open')
          .select(sql`1`.as('one'))
          .limit(maxCount),
      ).as('shared'),
    ])
    .orderBy('displayName')
    .orderBy('address')
    .execute();
  return {
    ...(counts as Record<CountableView, number>),
    mailboxes: mailboxes.map((mailbox) => {
      const { mailboxId, displayName, address, unreadable } = mailbox;
      const open = Math.min(Number(mailbox.open) + Number(mailbox.shared), maxCount);
      const shown = { mailboxId, displayName, address, open, unreadable: unreadable ?? 0 };
      return { ...shown, state: stateOf(mailbox), trouble: troubleOf(mailbox) };
    }),
  };
}

/** Counts the rows of a query that has a limit. */
function capped(rows: unknown): RawBuilder<number> {
  return sql<number>`(select count(*) from (${rows}) as counted)`;
}
