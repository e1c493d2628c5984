import type { Direction } from '../database/column-types.ts';
import type { Changes, ConversationChange } from './changes.ts';
import { type Context, type ContextConversation, customerKey } from './context.ts';
import { findConversation } from './find-conversation.ts';
import type { MessageToStore } from './parse-message.ts';

const hour = 3_600_000;
const day = 24 * hour;

export type ConversationChoice = {
  conversation: Readonly<ContextConversation>;
  /** Set where the conversation is to be created. */
  created: ConversationChange['created'];
  /** Whether the message does not belong to a conversation of earlier messages. */
  isNew: boolean;
  /** The writer sent too many messages in the last hour. */
  overHourlyLimit: boolean;
  /** The message's Gmail thread stays with another conversation. */
  keepsThread: boolean;
  customerChanges: Pick<Changes, 'customers' | 'renamedCustomers'>;
};

/**
 * The conversation a message joins (R4): that of the message it reports on, of its Gmail thread, of the
 * message it answers, or a new one. Beyond the hourly limit, the writer's quiet conversation. Pure.
 */
export function chooseConversation(
  context: Context,
  message: MessageToStore,
  { direction, reportedConversationId }: { direction: Direction; reportedConversationId: string | null },
  ids: { conversation: string; customer: string },
): ConversationChoice {
  const found = reportedConversationId
    ? { conversationId: reportedConversationId, keepsThread: false }
    : findConversation(message, direction, context);
  const { conversationId: existingId, keepsThread } = found;
  const overHourlyLimit =
    direction === 'inbound' && reportedConversationId === null && exceedsHourlyLimit(message, context);
  const existing = overHourlyLimit
    ? [...context.conversations.values()].find(({ quietFor }) => quietFor === message.parsed.writer.address)
    : context.conversations.get(existingId ?? '');
  if (existing && (overHourlyLimit || !wasDoneLongAgo(existing, message, direction, context))) {
    return {
      conversation: existing,
      created: null,
      isNew: existing.id !== existingId,
      overHourlyLimit,
      keepsThread,
      customerChanges: { customers: [], renamedCustomers: [] },
    };
  }
  return {
    ...newConversation(message, { direction, overHourlyLimit }, context, ids),
    overHourlyLimit,
    keepsThread,
  };
}

/** Whether the writer reached the hourly limit before this message, counting those of the same batch. */
function exceedsHourlyLimit({ fetched, parsed }: MessageToStore, context: Context): boolean {
  const { address } = parsed.writer;
  if (address === '' || context.ownAddresses.has(address)) return false;
  const receivedAt = fetched.internalDate.getTime();
  const inBatch = (context.timesInBatch.get(address) ?? []).filter(
    (time) => time > receivedAt - hour && time <= receivedAt,
  );
  const count = (context.sentInLastHour.get(fetched.gmailId) ?? 0) + inBatch.length;
  return count >= context.settings.messagesPerHour;
}

/** Whether a message starts a new conversation because the old one has been done for longer than the setting. */
function wasDoneLongAgo(
  conversation: Readonly<ContextConversation>,
  { fetched, parsed }: MessageToStore,
  direction: Direction,
  { settings }: Context,
): boolean {
  const days = settings.newConversationAfterDays;
  if (days === null || direction === 'outbound' || parsed.automatic) return false;
  const since = Math.max(conversation.lastMessageAt.getTime(), conversation.doneAt?.getTime() ?? 0);
  return conversation.status === 'done' && fetched.internalDate.getTime() - since > days * day;
}

/** An open conversation; a quiet one is done from the start, so that nobody has to look at it. */
function newConversation(
  { fetched, parsed }: MessageToStore,
  { direction, overHourlyLimit }: { direction: Direction; overHourlyLimit: boolean },
  context: Context,
  ids: { conversation: string; customer: string },
): Omit<ConversationChoice, 'overHourlyLimit' | 'keepsThread'> {
  const correspondent = direction === 'inbound' ? parsed.writer : parsed.addressee;
  const { customerId, ...customerChanges } = findOrCreateCustomer(context, correspondent, ids.customer);
  const limit = context.settings.messagesPerHour;
  const subject = overHourlyLimit
    ? `More than ${limit} messages in an hour from ${correspondent.address}`
    : parsed.subject;
  return {
    conversation: {
      id: ids.conversation,
      customerId,
      status: overHourlyLimit ? 'done' : 'open',
      lastMessageAt: fetched.internalDate,
      quietFor: overHourlyLimit ? correspondent.address : null,
      doneAt: null,
      assigneeId: null,
    },
    created: { subject, customerId },
    isNew: true,
    customerChanges,
  };
}

/** What a customer without a name and an address is called. */
const unknownSender = 'Unknown sender';

/** The customer of an address. One known by address only gets the name. */
function findOrCreateCustomer(
  context: Context,
  person: { address: string; name: string },
  newId: string,
): Pick<Changes, 'customers' | 'renamedCustomers'> & { customerId: string } {
  const { address, name } = person;
  // Nothing tells one without a name and an address from another.
  const existing = address || name ? context.customers.get(customerKey(person)) : undefined;
  if (!existing) {
    const customer = { id: newId, name: name || address || unknownSender, address };
    return { customerId: newId, customers: [customer], renamedCustomers: [] };
  }
  const renamedCustomers = name && existing.name === address ? [{ id: existing.id, name }] : [];
  return { customerId: existing.id, customers: [], renamedCustomers };
}
