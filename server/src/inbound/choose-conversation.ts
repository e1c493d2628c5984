import type { Direction } from '../database/column-types.ts';
import type { Changes, ConversationChange } from './changes.ts';
import type { Context, ContextConversation } from './context.ts';
import { addressOverLimit, countedAddresses } from './hourly-limit.ts';
import { referencedIds } from './lock-threads.ts';
import type { MessageToStore } from './parse-message.ts';

const day = 24 * 3_600_000;

export type ConversationChoice = {
  conversation: Readonly<ContextConversation>;
  /** Set where the conversation is to be created. */
  created: ConversationChange['created'];
  /** Whether the message does not belong to a conversation of earlier messages. */
  isNew: boolean;
  /** The address that sent too many messages in the last hour (R6); null: none did. */
  overHourlyLimit: string | null;
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
  const existingId = reportedConversationId ?? findConversation(message, context);
  const isLimited = direction === 'inbound' && reportedConversationId === null;
  const overHourlyLimit = isLimited ? addressOverLimit(message, context) : null;
  const existing = overHourlyLimit
    ? [...context.conversations.values()].find(({ quietFor }) => quietFor === overHourlyLimit)
    : context.conversations.get(existingId ?? '');
  if (existing && (overHourlyLimit || !wasDoneLongAgo(existing, message, direction, context))) {
    return {
      conversation: existing,
      created: null,
      isNew: existing.id !== existingId,
      overHourlyLimit,
      customerChanges: { customers: [], renamedCustomers: [] },
    };
  }
  return { ...newConversation(message, { direction, overHourlyLimit }, context, ids), overHourlyLimit };
}

/** By Gmail thread, then by the nearest message it cites. */
function findConversation({ fetched, parsed }: MessageToStore, context: Context): string | null {
  const byThread = context.threads.get(fetched.gmailThreadId);
  if (byThread) return byThread;
  for (const id of referencedIds(parsed.threadingHeaders)) {
    const match = context.messages.find(
      (one) =>
        one.rfcMessageId === id &&
        (one.direction === 'outbound' || !context.conversations.get(one.conversationId)?.quietFor),
    );
    if (match) return match.conversationId;
  }
  return null;
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

/** A conversation of the message's correspondent; a quiet one belongs to the address over the limit. */
function newConversation(
  message: MessageToStore,
  { direction, overHourlyLimit }: { direction: Direction; overHourlyLimit: string | null },
  context: Context,
  ids: { conversation: string; customer: string },
): Omit<ConversationChoice, 'overHourlyLimit'> {
  const { fetched, parsed } = message;
  const correspondent = overHourlyLimit
    ? { name: '', address: overHourlyLimit }
    : direction === 'inbound'
      ? parsed.writer
      : parsed.addressee;
  const { customerId, ...customerChanges } = findOrCreateCustomer(context, correspondent, ids.customer);
  const { messagesPerHour, formMessagesPerHour } = context.settings;
  const limit = overHourlyLimit === countedAddresses(message).machine ? formMessagesPerHour : messagesPerHour;
  const subject = overHourlyLimit
    ? `More than ${limit} messages in an hour from ${overHourlyLimit}`
    : parsed.subject;
  return {
    conversation: {
      id: ids.conversation,
      customerId,
      status: 'open',
      lastMessageAt: fetched.internalDate,
      quietFor: overHourlyLimit,
      doneAt: null,
      assigneeId: null,
    },
    created: { subject, customerId },
    isNew: true,
    customerChanges,
  };
}

/** The customer of an address. One known by address only gets the name. */
function findOrCreateCustomer(
  context: Context,
  { address, name }: { address: string; name: string },
  newId: string,
): Pick<Changes, 'customers' | 'renamedCustomers'> & { customerId: string } {
  const existing = context.customers.get(address);
  if (!existing) {
    const customer = { id: newId, name: name || address, address };
    return { customerId: newId, customers: [customer], renamedCustomers: [] };
  }
  const renamedCustomers = name && existing.name === address ? [{ id: existing.id, name }] : [];
  return { customerId: existing.id, customers: [], renamedCustomers };
}
