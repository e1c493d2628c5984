import { sql } from 'kysely';
import type { ConversationStatus, Direction } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { readTimeCursor, writeTimeCursor } from '../database/paging.ts';
import { prepared } from '../database/prepared-statements.ts';
import { baseSubject, isNewSubject } from '../mail/compose/subjects.ts';
import { answersInvitation } from './calendar-answers.ts';
import { isInMailboxes, isInOtherMailbox } from './other-mailboxes.ts';
import type { Tag } from './tags.ts';
import { inView, type View } from './views.ts';

export type ConversationRow = {
  id: string;
  subject: string;
  /** The subject of its newest email, if that is another one than the conversation's. */
  newSubject: string | null;
  snippet: string;
  status: ConversationStatus;
  customer: { id: string; name: string; address: string };
  mailboxId: string;
  assignee: { id: string; name: string } | null;
  lastMessageAt: Date;
  lastDirection: Direction;
  /** The user who wrote the newest email; null where a customer did, or somebody in Gmail itself. */
  lastAuthor: { id: string; name: string } | null;
  unread: boolean;
  snoozedUntil: Date | null;
  /** Counts changes by users; a change names the version it is based on. */
  version: number;
  /** The address whose messages beyond the hourly limit it collects (R6); null for all other conversations. */
  quietFor: string | null;
  /** The date of the first message not answered yet; null unless the conversation is open. */
  waitingSince: Date | null;
  tags: Tag[];
  createdAt: Date;
};

/** Evaluated for the rows of one page only, by an index: the cost does not grow with the inbox. */
const waitingSince = sql<Date | null>`case when conversation.status = 'open' then (
  select min(asked.sent_at) from message asked
  where asked.instance_id = conversation.instance_id and asked.conversation_id = conversation.id
    and asked.direction = 'inbound' and asked.kind in ('ordinary', 'list') and asked.deleted_at is null
    and asked.sent_at > coalesce((
      select max(answered.sent_at) from message answered
      where answered.instance_id = conversation.instance_id and answered.conversation_id = conversation.id
        and answered.direction = 'outbound'), '-infinity')) end`;
/** Automatic mail and answers to invitations, whose subject a program wrote, do not count. */
const newestSubject = sql<string | null>`(
  select newest.subject from message newest
  where newest.instance_id = conversation.instance_id and newest.conversation_id = conversation.id
    and newest.direction <> 'note' and newest.kind in ('ordinary', 'list') and newest.deleted_at is null
    and not ${answersInvitation('newest')}
  order by newest.sent_at desc, newest.id desc limit 1)`;
const lastAuthor = sql<{
  id: string;
  name: string;
} | null>`case when conversation.last_direction = 'outbound' then (
  select json_build_object('id', author.id, 'name', author.name) from users author where author.id = (
    select newest.author_id from message newest
    where newest.instance_id = conversation.instance_id and newest.conversation_id = conversation.id
      and newest.direction <> 'note' and newest.deleted_at is null
    order by newest.sent_at desc, newest.id desc limit 1)) end`;
const tagsOf = sql<Tag[]>`coalesce((
  select json_agg(json_build_object('id', tag.id, 'name', tag.name, 'color', tag.color) order by tag.name_key)
  from conversation_tag join tag on tag.instance_id = conversation_tag.instance_id and tag.id = conversation_tag.tag_id
  where conversation_tag.instance_id = conversation.instance_id
    and conversation_tag.conversation_id = conversation.id), '[]')`;

/** Selects conversations as rows of a list, in any order; `unread` is that of the user. */
export const conversationRows = prepared((db, { ids, userId }: { ids: string[]; userId: string }) =>
  db
    .selectFrom('conversation')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'conversation.instanceId')
        .onRef('customer.id', '=', 'conversation.customerId'),
    )
    .leftJoin('users', 'users.id', 'conversation.assigneeId')
    .leftJoin('conversationRead', (join) =>
      join
        .onRef('conversationRead.instanceId', '=', 'conversation.instanceId')
        .onRef('conversationRead.conversationId', '=', 'conversation.id')
        .on('conversationRead.userId', '=', userId),
    )
    .select((eb) => [
      'conversation.id',
      'conversation.subject',
      'conversation.snippet',
      'conversation.status',
      'conversation.mailboxId',
      'conversation.lastMessageAt',
      'conversation.lastDirection',
      'conversation.snoozedUntil',
      'conversation.createdAt',
      'conversation.version',
      'conversation.quietFor',
      'customer.id as customerId',
      'customer.name as customerName',
      'users.id as assigneeId',
      'users.name as assigneeName',
      eb
        .selectFrom('customerAddress')
        .whereRef('customerAddress.customerId', '=', 'customer.id')
        .select('customerAddress.address')
        .orderBy('customerAddress.createdAt')
        .limit(1)
        .as('customerAddress'),
      sql<boolean>`coalesce(conversation.last_inbound_at > coalesce(conversation_read.read_at, '-infinity'), false)`.as(
        'unread',
      ),
      newestSubject.as('newestSubject'),
      lastAuthor.as('lastAuthor'),
      waitingSince.as('waitingSince'),
      tagsOf.as('tags'),
    ])
    .where('conversation.id', '=', sql<string>`any(${ids}::uuid[])`),
);

type Row = Awaited<ReturnType<typeof conversationRows>>[number];

/** Converts a selected row to the shape of the API. */
export function toConversationRow(row: Row): ConversationRow {
  return {
    id: row.id,
    subject: row.subject,
    newSubject:
      row.newestSubject !== null && row.quietFor === null && isNewSubject(row.newestSubject, row.subject)
        ? baseSubject(row.newestSubject)
        : null,
    snippet: row.snippet,
    status: row.status,
    customer: { id: row.customerId, name: row.customerName, address: row.customerAddress ?? '' },
    mailboxId: row.mailboxId,
    assignee: row.assigneeId && row.assigneeName ? { id: row.assigneeId, name: row.assigneeName } : null,
    lastMessageAt: row.lastMessageAt,
    lastDirection: row.lastDirection,
    lastAuthor: row.lastAuthor,
    unread: row.unread,
    snoozedUntil: row.snoozedUntil,
    version: row.version,
    quietFor: row.quietFor,
    waitingSince: row.waitingSince,
    tags: row.tags,
    createdAt: row.createdAt,
  };
}

/** The rows of conversations in the order of `ids`; ids that do not exist are left out. */
export async function rowsOf(
  tx: InstanceTransaction,
  userId: string,
  ids: string[],
): Promise<ConversationRow[]> {
  if (ids.length === 0) return [];
  const rows = await conversationRows(tx, { ids, userId });
  const byId = new Map(rows.map((row) => [row.id, toConversationRow(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** A conversation and its place in a list. */
type Place = { lastMessageAt: Date; id: string };

type ViewQuery = { view: View; userId: string; mailboxId?: string | undefined };

function idsInView(tx: InstanceTransaction, { view, userId }: ViewQuery) {
  return tx.sql
    .selectFrom('conversation')
    .where((eb) => inView(eb, view, userId))
    .select(['conversation.id', 'conversation.lastMessageAt']);
}

/** A page of a view, newest first. */
export async function listConversations(
  tx: InstanceTransaction,
  query: ViewQuery & { after?: string | undefined; limit: number },
): Promise<{ conversations: ConversationRow[]; next: string | null }> {
  const select = idsInView(tx, query);
  const { mailboxId } = query;
  if (!mailboxId) return toPage(tx, query.userId, await pageOf(select, query).execute(), query.limit);
  // Each of the two reads its own index in the order of the list; one query for both would sort the mailbox.
  const own = await pageOf(select.where('conversation.mailboxId', '=', mailboxId), query).execute();
  const shared = await pageOf(
    select.where((eb) => isInOtherMailbox(eb, mailboxId)),
    query,
  ).execute();
  const found = [...own, ...shared].toSorted(
    (a, b) => b.lastMessageAt.getTime() - a.lastMessageAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  return toPage(tx, query.userId, found.slice(0, query.limit + 1), query.limit);
}

/** Limits a selection of conversations to a page and one more, newest first. */
export function pageOf(
  select: ReturnType<typeof idsInView>,
  { after, limit }: { after?: string | undefined; limit: number },
) {
  const cursor = after === undefined ? null : readTimeCursor(after);
  const rest = cursor
    ? select.where((eb) =>
        eb(eb.refTuple('conversation.lastMessageAt', 'conversation.id'), '<', eb.tuple(cursor.at, cursor.id)),
      )
    : select;
  return rest
    .orderBy('conversation.lastMessageAt', 'desc')
    .orderBy('conversation.id', 'desc')
    .limit(limit + 1);
}

/** The rows of what `pageOf` selected, and the cursor of the next page. */
export async function toPage(tx: InstanceTransaction, userId: string, found: Place[], limit: number) {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const rows = await rowsOf(
    tx,
    userId,
    page.map(({ id }) => id),
  );
  return {
    conversations: rows,
    next: found.length > limit && last ? writeTimeCursor(last.lastMessageAt, last.id) : null,
  };
}

/** The rows of those conversations that are in a view now, with which a page updates its list. */
export async function rowsInView(
  tx: InstanceTransaction,
  query: ViewQuery & { ids: string[] },
): Promise<ConversationRow[]> {
  const { mailboxId } = query;
  const select = idsInView(tx, query).where('conversation.id', 'in', query.ids);
  const found = await (mailboxId ? select.where((eb) => isInMailboxes(eb, [mailboxId])) : select).execute();
  return rowsOf(
    tx,
    query.userId,
    found.map(({ id }) => id),
  );
}
