import { v7 as uuid } from 'uuid';
import type { Direction } from '../database/column-types.ts';
import type { Changes } from './changes.ts';
import type { Context, ContextConversation } from './load-context.ts';
import type { MessageToStore } from './message-to-store.ts';

/** A conversation of its own for a message, open: nobody has seen it. */
export function newConversation(
  { fetched, parsed }: MessageToStore,
  direction: Direction,
  context: Context,
  changes: Changes,
): ContextConversation {
  const correspondent = direction === 'inbound' ? parsed.writer : parsed.addressee;
  return createConversation(context, changes, {
    customerId: findOrCreateCustomer(correspondent, context, changes),
    subject: parsed.subject,
    receivedAt: fetched.internalDate,
    status: 'open',
    quietFor: null,
  });
}

/** The one conversation, done from the beginning, that takes what an address sends beyond its hour's share. */
export function quietConversation(
  { fetched, parsed }: MessageToStore,
  context: Context,
  changes: Changes,
): ContextConversation {
  const { address } = parsed.writer;
  const existing = [...context.conversations.values()].find(({ quietFor }) => quietFor === address);
  if (existing) return existing;
  return createConversation(context, changes, {
    customerId: findOrCreateCustomer(parsed.writer, context, changes),
    subject: `More than ${context.settings.messagesPerHour} messages in an hour from ${address}`,
    receivedAt: fetched.internalDate,
    status: 'done',
    quietFor: address,
  });
}

function createConversation(
  context: Context,
  changes: Changes,
  values: {
    customerId: string;
    subject: string;
    receivedAt: Date;
    status: ContextConversation['status'];
    quietFor: string | null;
  },
): ContextConversation {
  const { customerId, subject, receivedAt, status, quietFor } = values;
  const id = uuid();
  const unassigned = { doneAt: null, assigneeId: null };
  const conversation = { id, customerId, status, lastMessageAt: receivedAt, quietFor, ...unassigned };
  context.conversations.set(conversation.id, conversation);
  changes.conversations.set(conversation.id, {
    created: { subject, customerId },
    status,
    reopened: false,
    quietFor,
    lastMessageAt: receivedAt,
    lastMessage: null,
    lastInboundAt: null,
  });
  return conversation;
}

function findOrCreateCustomer(
  { address, name }: { address: string; name: string },
  context: Context,
  changes: Changes,
): string {
  const existing = context.customers.get(address);
  if (existing) {
    if (name && existing.name === address) {
      existing.name = name;
      changes.renamedCustomers.push({ id: existing.id, name });
    }
    return existing.id;
  }
  const customer = { id: uuid(), name: name || address };
  context.customers.set(address, customer);
  changes.customers.push({ ...customer, address });
  return customer.id;
}
