import type { Kysely } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { PageRequest } from '../database/paging.ts';
import { prepared, runTogether } from '../database/prepared-statements.ts';
import {
  type ConversationEvent,
  eventsOfConversation,
  eventsOfMailbox,
  timelineEvents,
} from './conversation-events.ts';
import { spamInGmail } from './gmail-place.ts';
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
  const [rows, addresses, others, spam, newest, events, mailboxEvents] = await runTogether(tx, [
    conversationRows.with({ ids: [conversationId], userId }),
    customerAddresses.with({ conversationId }),
    customerConversations.with({ conversationId }),
    spamInGmail.with({ conversationId }),
    newestMessages.with({ conversationId, limit: (from === null ? messagesPerPage : maxMessages) + 1 }),
    eventsOfConversation.with({ conversationId }),
    eventsOfMailbox.with({ conversationId }),
  ]);
  const [row] = rows;
  if (!row) return null;
  const { messages, next, firstAt } = await pageOf(
    tx,
    newest,
    from === null ? { limit: messagesPerPage } : { limit: maxMessages, from: readMessageCursor(from) },
  );
  return {
    conversation: toConversationRow(row),
    customer: {
      id: row.customerId,
      name: row.customerName,
      addresses: addresses.map(({ address }) => address),
      conversations: others[0]!.conversations,
    },
    spamInGmail: spam[0]!.can,
    messages,
    next,
    events: timelineEvents({ events, mailboxEvents, since: firstAt }),
  };
}

type OfConversation = { conversationId: string };
const customerAddresses = prepared((db, { conversationId }: OfConversation) =>
  db
    .selectFrom('customerAddress')
    .where('customerId', '=', customerOf(db, conversationId))
    .select('address')
    .orderBy('createdAt')
    .orderBy('address'),
);
const customerConversations = prepared((db, { conversationId }: OfConversation) =>
  db
    .selectFrom('conversation')
    .where('customerId', '=', customerOf(db, conversationId))
    .select((eb) => eb.fn.countAll<number>().as('conversations')),
);
const customerOf = (db: Kysely<Schema>, conversationId: string) =>
  db.selectFrom('conversation').where('id', '=', conversationId).select('customerId');

const newestMessages = prepared((db, { conversationId, limit }: OfConversation & { limit: number }) =>
  db
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .select(['id', 'sentAt'])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit),
);

/** A page of the messages, from the newest ones to the first, with the events of their time; each page oldest first. */
export async function messagesOf(
  tx: InstanceTransaction,
  conversationId: string,
  { after, limit }: PageRequest,
): Promise<Pick<ConversationPage, 'messages' | 'next' | 'events'>> {
  const before = after === undefined ? null : readMessageCursor(after);
  const newest = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .$if(before !== null, (select) =>
      select.where((eb) => eb(eb.refTuple('sentAt', 'id'), '<', eb.tuple(before!.sentAt, before!.id))),
    )
    .select(['id', 'sentAt'])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const { messages, next, firstAt } = await pageOf(tx, newest, { limit });
  const [events, mailboxEvents] = await runTogether(tx, [
    eventsOfConversation.with({ conversationId }),
    eventsOfMailbox.with({ conversationId }),
  ]);
  const shown = timelineEvents({ events, mailboxEvents, since: firstAt });
  return { messages, next, events: before ? shown.filter(({ at }) => at < before.sentAt) : shown };
}

/**
 * The messages of a page, of the newest ones with one more than it may have. `firstAt`: when the first of them was sent;
 * null without any before it.
 */
async function pageOf(
  tx: InstanceTransaction,
  newest: MessageCursor[],
  { from = null, limit }: { from?: MessageCursor | null; limit: number },
) {
  // Of those before `from` it only matters whether there are any.
  const wanted = from ? newest.filter((one) => !isBefore(one, from)) : newest;
  const page = (wanted.length > 0 ? wanted : newest).slice(0, limit);
  const first = page.at(-1);
  const more = newest.length > page.length && first !== undefined;
  const messages = await timelineMessages(
    tx,
    page.map(({ id }) => id),
  );
  return { messages, next: more ? writeMessageCursor(first) : null, firstAt: more ? first.sentAt : null };
}

function isBefore(one: MessageCursor, other: MessageCursor): boolean {
  const [a, b] = [one.sentAt.getTime(), other.sentAt.getTime()];
  return a < b || (a === b && one.id < other.id);
}
