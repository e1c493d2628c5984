import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type {
  DeliveryState,
  Direction,
  Invitation,
  MessageKind,
  NameAndAddress,
  Protection,
  RedactionKind,
  ReportKind,
} from '../database/schema.ts';
import { isSameFrom } from '../mail/mime/addresses.ts';
import type { StoredProblem } from '../problems.ts';
import { type ConversationEvent, timelineEvents } from './conversation-events.ts';
import { type ConversationRow, conversationRows, toConversationRow } from './list-conversations.ts';
import { type MessageCursor, readMessageCursor, writeMessageCursor } from './message-cursor.ts';

export type TimelineMessage = {
  id: string;
  direction: Direction;
  origin: 'postroom' | 'gmail';
  kind: MessageKind;
  /** Its writer was new to the conversation, and is left out of replies unless added. */
  fromNewParticipant: boolean;
  from: NameAndAddress;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  bcc: NameAndAddress[];
  subject: string;
  sentAt: Date;
  text: string;
  html: string | null;
  /** Without quoted history and signature, shown first; null where nothing is folded (R7). */
  ownText: string | null;
  ownHtml: string | null;
  /** Set where no parser could read the message: the raw one is kept. */
  unreadable: boolean;
  /** How it is signed or encrypted; signatures are not checked, nothing is decrypted. */
  protection: Protection | null;
  invitation: Invitation | null;
  author: { id: string; name: string } | null;
  attachments: Array<{
    id: string;
    filename: string;
    mediaType: string;
    size: number;
    contentId: string | null;
    inline: boolean;
  }>;
  delivery: {
    state: DeliveryState;
    /** Why it is not sent yet, or will not be; null where all is well. */
    problem: StoredProblem | null;
    /** The address it is sent from. */
    mailboxAddress: string;
    /** The From it was to have, where Gmail made another of it (`from`); null where it did not. */
    requestedFrom: NameAndAddress | null;
    /** It leaves no earlier: it can be undone until then, or the time was chosen. */
    sendAfter: Date;
    scheduled: boolean;
    /** When it is tried again by itself; null where it is not, or is tried now. */
    nextAttemptAt: Date | null;
    changedAt: Date;
  } | null;
  /** What came back about it, one entry a recipient: what counts now. */
  reports: MessageReport[];
  deleted: boolean;
  /** What was taken out of it, oldest first; `by` as they were called then, empty for nobody. */
  redactions: Array<{ kind: RedactionKind; by: string; at: Date }>;
};

export type MessageReport = {
  kind: ReportKind;
  recipient: string;
  /** RFC 3463; empty for a complaint. */
  status: string;
  /** Why (mail/bounce-reasons.ts); empty for a complaint. */
  reason: string;
  diagnostic: string;
  at: Date;
};

export type ConversationPage = {
  conversation: ConversationRow;
  customer: { id: string; name: string; addresses: string[]; conversations: number };
  /** The newest ones, oldest first. */
  messages: TimelineMessage[];
  /** Where the messages before them begin; null where there are none. */
  earlier: string | null;
  /** What people did with it since the first of these messages. */
  events: ConversationEvent[];
};

/** How many messages a page has, and how many at most where the first one wanted is known. */
const messagesPerPage = 30;
const maxMessages = 300;

/**
 * One conversation with its newest messages, oldest first; null where the instance has no such conversation.
 * However long it is, this takes as long.
 */
export async function openConversation(
  tx: InstanceTransaction,
  conversationId: string,
  userId: string,
  /** The place of the first message a page shows already: from there on, however many came since. */
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
    ...(await pageOf(tx, conversationId, { from: from === null ? null : readMessageCursor(from) })),
  };
}

/** The page of a conversation's messages before a place, `earlier` of the page after it, with its events. */
export async function earlierMessages(
  tx: InstanceTransaction,
  conversationId: string,
  before: string,
): Promise<Pick<ConversationPage, 'messages' | 'earlier' | 'events'>> {
  return pageOf(tx, conversationId, { before: readMessageCursor(before) });
}

async function pageOf(
  tx: InstanceTransaction,
  conversationId: string,
  { before = null, from = null }: { before?: MessageCursor | null; from?: MessageCursor | null },
) {
  const atMost = from ? maxMessages : messagesPerPage;
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
  // Those before `from` are only looked at for whether there are any.
  const wanted = from ? newest.filter((one) => !isBefore(one, from)) : newest;
  const page = (wanted.length > 0 ? wanted : newest).slice(0, atMost);
  const first = page.at(-1);
  const more = newest.length > page.length && first !== undefined;
  const ids = page.map(({ id }) => id);
  const messages =
    ids.length > 0 ? await timeline(tx, (select) => select.where('message.id', 'in', ids)) : [];
  const events = await timelineEvents(tx, conversationId, more ? first.sentAt : null);
  return {
    messages,
    earlier: more ? writeMessageCursor(first) : null,
    events: before ? events.filter(({ at }) => at < before.sentAt) : events,
  };
}

function isBefore(one: MessageCursor, other: MessageCursor): boolean {
  const [a, b] = [one.sentAt.getTime(), other.sentAt.getTime()];
  return a < b || (a === b && one.id < other.id);
}

/** One message as the timeline shows it. */
export async function timelineMessage(
  tx: InstanceTransaction,
  messageId: string,
): Promise<TimelineMessage | null> {
  const [message] = await timeline(tx, (select) => select.where('message.id', '=', messageId));
  return message ?? null;
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

function messagesWithDelivery(tx: InstanceTransaction) {
  return tx.sql
    .selectFrom('message')
    .leftJoin('users', 'users.id', 'message.authorId')
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id'),
    )
    .leftJoin('mailbox', 'mailbox.id', 'delivery.mailboxId')
    .select([
      'message.id',
      'message.direction',
      'message.origin',
      'message.kind',
      'message.fromNewParticipant',
      'message.fromName',
      'message.fromAddress',
      'message.recipients',
      'message.subject',
      'message.sentAt',
      'message.bodyText',
      'message.bodyHtml',
      'message.ownText',
      'message.ownHtml',
      'message.unreadable',
      'message.protection',
      'message.invitation',
      'message.deletedAt',
      'users.id as authorId',
      'users.name as authorName',
      'delivery.state',
      'delivery.problem',
      'mailbox.address as mailboxAddress',
      'delivery.requestedFrom',
      'delivery.changedAt',
      'delivery.sendAfter',
      'delivery.scheduled',
      'delivery.nextAttemptAt',
    ]);
}

type Select = ReturnType<typeof messagesWithDelivery>;

async function timeline(
  tx: InstanceTransaction,
  narrow: (select: Select) => Select,
): Promise<TimelineMessage[]> {
  const rows = await narrow(messagesWithDelivery(tx))
    .orderBy('message.sentAt')
    .orderBy('message.id')
    .execute();
  if (rows.length === 0) return [];
  const attachments = await tx.sql
    .selectFrom('attachment')
    .where(
      'messageId',
      'in',
      rows.map(({ id }) => id),
    )
    .select(['id', 'messageId', 'filename', 'mediaType', 'size', 'contentId', 'inline'])
    .orderBy('position')
    .execute();
  const reports = await tx.sql
    .selectFrom('deliveryReport')
    .where(
      'messageId',
      'in',
      rows.map(({ id }) => id),
    )
    .select(['messageId', 'kind', 'recipient', 'status', 'reason', 'diagnostic', 'at'])
    .orderBy('at')
    .orderBy('id')
    .execute();
  const redactions = await tx.sql
    .selectFrom('redaction')
    .where(
      'messageId',
      'in',
      rows.map(({ id }) => id),
    )
    .select(['messageId', 'kind', 'actorName', 'at'])
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    direction: row.direction,
    origin: row.origin,
    kind: row.kind,
    fromNewParticipant: row.fromNewParticipant,
    from: { name: row.fromName, address: row.fromAddress },
    to: row.recipients.to,
    cc: row.recipients.cc,
    bcc: row.recipients.bcc,
    subject: row.subject,
    sentAt: row.sentAt,
    text: row.bodyText,
    html: row.bodyHtml,
    ownText: row.ownText,
    ownHtml: row.ownHtml,
    unreadable: row.unreadable !== null,
    protection: row.protection,
    invitation: row.invitation,
    author: row.authorId && row.authorName ? { id: row.authorId, name: row.authorName } : null,
    attachments: attachments
      .filter(({ messageId }) => messageId === row.id)
      .map(({ messageId: _messageId, ...attachment }) => attachment),
    delivery: row.state
      ? {
          state: row.state,
          problem: row.problem,
          mailboxAddress: row.mailboxAddress ?? '',
          requestedFrom: row.state === 'sent' ? changedFrom(row) : null,
          sendAfter: row.sendAfter ?? row.sentAt,
          scheduled: row.scheduled ?? false,
          nextAttemptAt: row.nextAttemptAt,
          changedAt: row.changedAt ?? row.sentAt,
        }
      : null,
    reports: latestReports(reports.filter(({ messageId }) => messageId === row.id)),
    deleted: row.deletedAt !== null,
    redactions: redactions
      .filter(({ messageId }) => messageId === row.id)
      .map(({ kind, actorName: by, at }) => ({ kind, by, at })),
  }));
}

/** The From asked for, where Gmail sent the message from another; letter case and spaces make no other. */
function changedFrom(row: {
  requestedFrom: NameAndAddress | null;
  fromName: string;
  fromAddress: string;
}): NameAndAddress | null {
  const { requestedFrom, fromName, fromAddress } = row;
  return requestedFrom && !isSameFrom(requestedFrom, { name: fromName, address: fromAddress })
    ? requestedFrom
    : null;
}

/** Of each recipient the last report: that it was given up outlasts that it was tried, a complaint stands beside it. */
function latestReports(reports: Array<MessageReport & { messageId: string }>): MessageReport[] {
  const latest = new Map<string, MessageReport>();
  for (const { messageId: _messageId, ...report } of reports) {
    const key = `${report.kind === 'complaint'} ${report.recipient}`;
    if (report.kind === 'delayed' && latest.get(key)?.kind === 'failed') continue;
    latest.set(key, report);
  }
  return [...latest.values()];
}
