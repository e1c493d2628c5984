import { type ExpressionBuilder, sql } from 'kysely';
import type { InstanceTransaction } from '../database/bind.ts';
import type { Schema } from '../database/schema.ts';

/** The views of the inbox (product A2). `mine` and `unassigned` are open conversations. */
export const views = ['mine', 'unassigned', 'open', 'snoozed', 'done'] as const;
export type View = (typeof views)[number];

type Conversation = ExpressionBuilder<Schema, 'conversation'>;

/** What a view holds, as a condition on the conversation. */
export function inView(eb: Conversation, view: View, userId: string) {
  const status = eb('conversation.status', '=', view === 'snoozed' || view === 'done' ? view : 'open');
  if (view === 'mine') return eb.and([status, eb('conversation.assigneeId', '=', userId)]);
  if (view === 'unassigned') return eb.and([status, eb('conversation.assigneeId', 'is', null)]);
  return status;
}

export type ViewCounts = Record<View, number> & {
  mailboxes: Array<{
    mailboxId: string;
    displayName: string;
    address: string;
    open: number;
    state: 'connected' | 'disconnected';
  }>;
};

/** How many conversations each view holds, and the open ones of each mailbox. */
export async function countViews(tx: InstanceTransaction, userId: string): Promise<ViewCounts> {
  const counts = await tx.sql
    .selectFrom('conversation')
    .select((eb) =>
      views.map((view) =>
        eb.fn
          .countAll<number>()
          .filterWhere((filter) => inView(filter as Conversation, view, userId))
          .as(view),
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
      eb
        .selectFrom('conversation')
        .whereRef('conversation.mailboxId', '=', 'mailbox.id')
        .where('conversation.status', '=', 'open')
        .select(sql<number>`count(*)`.as('open'))
        .as('open'),
    ])
    .orderBy('displayName')
    .orderBy('address')
    .execute();
  return {
    ...(counts as Record<View, number>),
    mailboxes: mailboxes.map(({ disconnectedAt, open, ...mailbox }) => ({
      ...mailbox,
      open: open ?? 0,
      state: disconnectedAt ? 'disconnected' : 'connected',
    })),
  };
}
