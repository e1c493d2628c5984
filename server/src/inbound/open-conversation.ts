import { v7 as uuid } from 'uuid';
import type { Direction } from '../database/schema.ts';
import type { Plan } from './changes.ts';
import type { Context, ContextConversation } from './load-context.ts';
import type { MessageToStore } from './message-to-store.ts';

/** A conversation of its own for a message, open: nobody has seen it. */
export function newConversation(
  { fetched, parsed: reading }: MessageToStore,
  direction: Direction,
  known: Context,
  plan: Plan,
): ContextConversation {
  const person = direction === 'inbound' ? reading.writer : reading.addressee;
  return make(known, plan, {
    customerId: customerOf(person, known, plan),
    subject: reading.subject,
    at: fetched.internalDate,
    status: 'open',
    quietFor: null,
  });
}

/** The one conversation, done from the beginning, that takes what an address sends beyond its hour's share. */
export function quietConversation(
  { fetched, parsed: reading }: MessageToStore,
  known: Context,
  plan: Plan,
): ContextConversation {
  const { address } = reading.writer;
  const there = [...known.conversations.values()].find(({ quietFor }) => quietFor === address);
  if (there) return there;
  return make(known, plan, {
    customerId: customerOf(reading.writer, known, plan),
    subject: `More than ${known.settings.messagesPerHour} messages in an hour from ${address}`,
    at: fetched.internalDate,
    status: 'done',
    quietFor: address,
  });
}

function make(
  known: Context,
  plan: Plan,
  made: {
    customerId: string;
    subject: string;
    at: Date;
    status: ContextConversation['status'];
    quietFor: string | null;
  },
): ContextConversation {
  const { customerId, subject, at, status, quietFor } = made;
  const id = uuid();
  const nobody = { doneAt: null, assigneeId: null };
  const conversation = { id, customerId, status, lastMessageAt: at, quietFor, ...nobody };
  known.conversations.set(conversation.id, conversation);
  plan.conversations.set(conversation.id, {
    made: { subject, customerId },
    status,
    reopened: false,
    quietFor,
    lastMessageAt: at,
    front: null,
    lastInboundAt: null,
  });
  return conversation;
}

function customerOf(
  { address, name }: { address: string; name: string },
  known: Context,
  plan: Plan,
): string {
  const there = known.customers.get(address);
  if (there) {
    if (name && there.name === address) {
      there.name = name;
      plan.named.push({ id: there.id, name });
    }
    return there.id;
  }
  const customer = { id: uuid(), name: name || address };
  known.customers.set(address, customer);
  plan.customers.push({ ...customer, address });
  return customer.id;
}
