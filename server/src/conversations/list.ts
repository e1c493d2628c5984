import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/bind.ts';
import type { ConversationStatus, Direction } from '../database/schema.ts';
import { inView, type View } from './views.ts';

export type ConversationRow = {
  id: string;
  subject: string;
  snippet: string;
  status: ConversationStatus;
  customer: { id: string; name: string; address: string };
  mailboxId: string;
  assignee: { id: string; name: string } | null;
  lastMessageAt: Date;
  lastDirection: Direction;
  unread: boolean;
  snoozedUntil: Date | null;
  /** Counts people's changes: a change says which it was made on. */
  version: number;
  createdAt: Date;
};

/** Conversations as rows of a list, for one user (whose reading decides `unread`). */
export function conversationRows(tx: InstanceTransaction, userId: string) {
  return tx.sql
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
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof conversationRows>['execute']>>[number];

/** The shape a row has outside. */
export function toConversationRow(row: Row): ConversationRow {
  return {
    id: row.id,
    subject: row.subject,
    snippet: row.snippet,
    status: row.status,
    customer: { id: row.customerId, name: row.customerName, address: row.customerAddress ?? '' },
    mailboxId: row.mailboxId,
    assignee: row.assigneeId && row.assigneeName ? { id: row.assigneeId, name: row.assigneeName } : null,
    lastMessageAt: row.lastMessageAt,
    lastDirection: row.lastDirection,
    unread: row.unread,
    snoozedUntil: row.snoozedUntil,
    version: row.version,
    createdAt: row.createdAt,
  };
}

/** Where a page of the list ends: the next one starts after it. */
type Cursor = { lastMessageAt: Date; id: string };

/** One page of a view, newest first. `after` is the `next` of the page before; a garbled one starts anew. */
export async function listConversations(
  tx: InstanceTransaction,
  query: { view: View; userId: string; mailboxId?: string; after?: string; limit: number },
): Promise<{ conversations: ConversationRow[]; next: string | null }> {
  const after = query.after ? readCursor(query.after) : null;
  let select = conversationRows(tx, query.userId).where((eb) =>
    inView(eb as unknown as Parameters<typeof inView>[0], query.view, query.userId),
  );
  if (query.mailboxId) select = select.where('conversation.mailboxId', '=', query.mailboxId);
  if (after) {
    select = select.where((eb) =>
      eb(
        eb.refTuple('conversation.lastMessageAt', 'conversation.id'),
        '<',
        eb.tuple(after.lastMessageAt, after.id),
      ),
    );
  }
  const rows = await select
    .orderBy('conversation.lastMessageAt', 'desc')
    .orderBy('conversation.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = rows.slice(0, query.limit).map(toConversationRow);
  const last = page.at(-1);
  return { conversations: page, next: rows.length > query.limit && last ? writeCursor(last) : null };
}

function writeCursor({ lastMessageAt, id }: Cursor): string {
  return Buffer.from(`${lastMessageAt.toISOString()} ${id}`).toString('base64url');
}

function readCursor(text: string): Cursor | null {
  const [at = '', id = ''] = Buffer.from(text, 'base64url').toString().split(' ');
  const lastMessageAt = new Date(at);
  return Number.isNaN(lastMessageAt.getTime()) || !/^[0-9a-f-]{36}$/.test(id) ? null : { lastMessageAt, id };
}
