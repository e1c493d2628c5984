import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { stateOf, type Trouble, troubleOf } from '../mailboxes/trouble.ts';
import { isInOtherMailbox } from './other-mailboxes.ts';
import { type CountableView, countableViews, inView, maxCount } from './views.ts';

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

type OpenView = 'mine' | 'unassigned' | 'open';
type OpenCounts = Record<OpenView, number> & { ofMailbox(mailboxId: string): number };
type OpenRow = { mailboxId: string } & Record<OpenView, number>;
type OpenRows = { openRows: OpenRow[] };
type Counting = { tx: InstanceTransaction; userId: string; max: number };

/** The number of conversations in each view, and of open ones of each mailbox; each at most `max`. */
export async function countViews(
  tx: InstanceTransaction,
  userId: string,
  max = maxCount,
): Promise<ViewCounts> {
  const counting = { tx, userId, max };
  const [counts] = await (max === maxCount ? countUsually : countOnce(max))(tx, { userId });
  const { openRows, ...others } = counts as OpenRows & Record<Exclude<CountableView, OpenView>, number>;
  const read = openRows.reduce((sum, { open }) => sum + open, 0);
  const opened = read < max ? sumUp(openRows) : await countEach(counting);
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
        conversations(eb, max)
          .where((where) => isInOtherMailbox(where as Conversation, sql.ref('mailbox.id')))
          .where('conversation.status', '=', 'open'),
      ).as('shared'),
    ])
    .orderBy('displayName')
    .orderBy('address')
    .execute();
  return {
    ...others,
    mine: opened.mine,
    unassigned: opened.unassigned,
    open: opened.open,
    mailboxes: mailboxes.map((mailbox) => {
      const { mailboxId, displayName, address, unreadable } = mailbox;
      const open = Math.min(opened.ofMailbox(mailboxId) + Number(mailbox.shared), max);
      const shown = { mailboxId, displayName, address, open, unreadable: unreadable ?? 0 };
      return { ...shown, state: stateOf(mailbox), trouble: troubleOf(mailbox) };
    }),
  };
}

/**
 * Reads at most `max` open conversations once for all counts of them, in the order of the index; counts the other views.
 * Only the user is a value: what Postgres plans for any status and limit does not use the index.
 */
const countOnce = (max: number) =>
  prepared((db, { userId }: { userId: string }) => {
    const opened = db
      .selectFrom('conversation')
      .where('status', '=', sql.lit('open'))
      .select(['mailboxId', 'assigneeId'])
      .orderBy('mailboxId')
      .orderBy('assigneeId')
      .limit(sql.lit(max));
    const byMailbox = sql<OpenRow[]>`(
      select coalesce(jsonb_agg(counted), '[]') from (
        select mailbox_id as "mailboxId", sum(held) as open,
          coalesce(sum(held) filter (where assignee_id is null), 0) as unassigned,
          coalesce(sum(held) filter (where assignee_id = ${userId}), 0) as mine
        from (select mailbox_id, assignee_id, count(*) as held from (${opened}) opened group by 1, 2) held
        group by mailbox_id
      ) counted)`;
    const isOther = (view: CountableView) => view !== 'mine' && view !== 'unassigned' && view !== 'open';
    return db.selectNoFrom((eb) => [
      byMailbox.as('openRows'),
      ...countableViews.filter(isOther).map((view) => countOf(eb, view, { userId, max }).as(view)),
    ]);
  });
const countUsually = countOnce(maxCount);

function sumUp(rows: OpenRow[]): OpenCounts {
  const sum = (view: OpenView) => rows.reduce((total, row) => total + row[view], 0);
  const ofMailboxes = new Map(rows.map(({ mailboxId, open }) => [mailboxId, open]));
  return {
    mine: sum('mine'),
    unassigned: sum('unassigned'),
    open: sum('open'),
    ofMailbox: (mailboxId) => ofMailboxes.get(mailboxId) ?? 0,
  };
}

/** Counts each up to `max`, where there are so many open conversations that not all were read. */
async function countEach({ tx, userId, max }: Counting): Promise<OpenCounts> {
  const views = ['mine', 'unassigned', 'open'] as const;
  const counts = await tx.sql
    .selectNoFrom((eb) => views.map((view) => countOf(eb, view, { userId, max }).as(view)))
    .executeTakeFirstOrThrow();
  const mailboxes = await tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .select((eb) => [
      'mailbox.id as mailboxId',
      capped(
        conversations(eb, max)
          .where(sql<boolean>`conversation.mailbox_id = mailbox.id`)
          .where('conversation.status', '=', 'open'),
      ).as('open'),
    ])
    .execute();
  const ofMailboxes = new Map(mailboxes.map(({ mailboxId, open }) => [mailboxId, Number(open)]));
  return { ...counts, ofMailbox: (mailboxId) => ofMailboxes.get(mailboxId) ?? 0 };
}

type Conversation = ExpressionBuilder<Schema, 'conversation'>;
type Selecting = Pick<ExpressionBuilder<Schema, never>, 'selectFrom'>;

const conversations = (eb: Selecting, max: number) =>
  eb.selectFrom('conversation').select(sql`1`.as('one')).limit(sql.lit(max));

function countOf(eb: Selecting, view: CountableView, { userId, max }: { userId: string; max: number }) {
  return capped(conversations(eb, max).where((where) => inView(where as Conversation, view, userId)));
}

/** Counts the rows of a query that has a limit. */
function capped(rows: unknown): RawBuilder<number> {
  return sql<number>`(select count(*) from (${rows}) as counted)`;
}
