import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { PageRequest } from '../database/paging.ts';
import { type ConversationEvent, timelineEvents } from './conversation-events.ts';
import { canMoveToSpam } from './gmail-place.ts';
import { type ConversationRow, conversationRows, toConversationRow } from './list-conversations.ts';
import { type MessageCursor, readMessageCursor, writeMessageCursor } from './message-cursor.ts';
import { type TimelineMessage, timelineMessages } from './timeline.ts';

export type ConversationPage = {
  conversation: ConversationRow;
  customer: { id: string; name: string; addresses: string[]; conversations: number };
  /** The latest messages, oldest first. */
  messages: TimelineMessage[];
  /** The cursor of the messages before them; null if there are none. */
  next: string | null;
  /** Whether it can be moved to spam: two-way sync is on in a mailbox that received it (G2). */
  spamInGmail: boolean;
  /** The events since the first of these messages. */
  events: ConversationEvent[];
};

/** How many messages a page has, and how many at most if `from` is given. */
export const messagesPerPage = 30;
const maxMessages = 300;

/**
 * A conversation with its latest messages, in a time that does not depend on its length; null if it does not
 * exist.
 */
export async function openConversation(
  tx: InstanceTransaction,
  conversationId: string,
  userId: string,
  /** The cursor of the first message that a page shows: returns all messages from it on, at most 300. */
  from: string | null = null,
): Promise<ConversationPage | null> {
  const row = await conversationRows(tx, userId)
    .where('conversation.id', '=', conversationId)
    .executeTakeFirst();
  if (!row) return null;
  const customer = await customerCard(tx, row.customerId, row.customerName);
  return {
    conversation: toConversationRow(row),
    customer,
    spamInGmail: await canMoveToSpam(tx, conversationId),
    ...(await pageOf(tx, conversationId, { from: from === null ? null : readMessageCursor(from) })),
  };
}

/** A page of the messages, from the newest ones to the first, with the events of their time; each page oldest first. */
export async function messagesOf(
  tx: InstanceTransaction,
  conversationId: string,
  { after, limit }: PageRequest,
): Promise<Pick<ConversationPage, 'messages' | 'next' | 'events'>> {
  return pageOf(tx, conversationId, { before: after === undefined ? null : readMessageCursor(after), limit });
}

async function pageOf(
  tx: InstanceTransaction,
  conversationId: string,
  options: { before?: MessageCursor | null; from?: MessageCursor | null; limit?: number },
) {
  const { before = null, from = null, limit = messagesPerPage } = options;
  const atMost = from ? maxMessages : limit;
  const newest = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .$if(before !== null, (select) =>
      select.where((eb) => eb(eb.refTuple('sentAt', 'id'), '<', eb.tuple(before!.sentAt, before!.id))),
    )
    .select(['id', 'sentAt'])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(atMost + 1)
    .execute();
  // Of those before `from` it only matters whether there are any.
  const wanted = from ? newest.filter((one) => !isBefore(one, from)) : newest;
  const page = (wanted.length > 0 ? wanted : newest).slice(0, atMost);
  const first = page.at(-1);
  const more = newest.length > page.length && first !== undefined;
  const messages = await timelineMessages(
    tx,
    page.map(({ id }) => id),
  );
  const events = await timelineEvents(tx, conversationId, more ? first.sentAt : null);
  return {
    messages,
    next: more ? writeMessageCursor(first) : null,
    events: before ? events.filter(({ at }) => at < before.sentAt) : events,
  };
}

function isBefore(one: MessageCursor, other: MessageCursor): boolean {
  const [a, b] = [one.sentAt.getTime(), other.sentAt.getTime()];
  return a < b || (a === b && one.id < other.id);
}

async function customerCard(tx: InstanceTransaction, id: string, name: string) {
  const addresses = await tx.sql
    .selectFrom('customerAddress')
    .where('customerId', '=', id)
    .select('address')
    .orderBy('createdAt')
    .orderBy('address')
    .execute();
  const { conversations } = await tx.sql
    .selectFrom('conversation')
    .where('customerId', '=', id)
    .select((eb) => eb.fn.countAll<number>().as('conversations'))
    .executeTakeFirstOrThrow();
  return { id, name, addresses: addresses.map(({ address }) => address), conversations };
}
