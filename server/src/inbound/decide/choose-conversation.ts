import type { Direction } from '../../database/column-types.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import type { Changes, ConversationChange } from './changes.ts';
import { type Context, type ContextConversation, customerKey } from './context.ts';
import { correspondentOf } from './correspondent.ts';
import { countedAddresses } from './counted-addresses.ts';
import { wasDoneLongAgo } from './done-long-ago.ts';
import { findConversation } from './find-conversation.ts';
import { addressOverLimit } from './hourly-limit.ts';

export type ConversationChoice = {
  conversation: Readonly<ContextConversation>;
  /** Set where the conversation is to be created. */
  created: ConversationChange['created'];
  /** Whether the message does not belong to a conversation of earlier messages. */
  isNew: boolean;
  /** The address that sent too many messages in the last hour (R6); null: none did. */
  overHourlyLimit: string | null;
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
  const isLimited = direction === 'inbound' && reportedConversationId === null && !context.importing;
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

/** A conversation of the message's correspondent; a quiet one belongs to the address over the limit. */
function newConversation(
  message: MessageToStore,
  { direction, overHourlyLimit }: { direction: Direction; overHourlyLimit: string | null },
  context: Context,
  ids: { conversation: string; customer: string },
): Omit<ConversationChoice, 'overHourlyLimit' | 'keepsThread'> {
  const { fetched, parsed } = message;
  const correspondent = overHourlyLimit
    ? { name: '', address: overHourlyLimit }
    : correspondentOf(message, direction, context);
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
      status: context.importing ? 'done' : 'open',
      lastMessageAt: fetched.internalDate,
      quietFor: overHourlyLimit,
      doneAt: context.importing ? fetched.internalDate : null,
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
