import type { ConversationStatus, Direction } from '../../database/column-types.ts';
import type { ReceivingSettings } from '../../instances/receiving-settings.ts';
import { addressesOf, normalizeAddress } from '../../mail/mime/addresses.ts';
import type { OwnAddresses } from '../../mailboxes/own-addresses.ts';
import type { OwnMailboxes } from '../../mailboxes/own-mailboxes.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import type { Changes } from './changes.ts';
import { type SentInLastHour, type TimesInBatch, withMessageTime } from './counted-addresses.ts';

export type ContextMessage = {
  id: string;
  rfcMessageId: string | null;
  conversationId: string;
  direction: Direction;
  /** Normalised. */
  fromAddress: string;
  /** Who wrote it, normalised; empty where nobody counts as its writer. */
  writerAddress: string;
  /** It came through a mailing list or group. */
  throughList: boolean;
  /** To, Cc and Bcc, normalised. */
  recipients: string[];
  /** Whether the mailbox being read has a copy of it. */
  inThisMailbox: boolean;
  /** Its text without quoted history and signature; null unless an arriving message has its Message-ID. */
  text: string | null;
  /** Parts of it were redacted, so its text cannot be compared with a copy's. */
  redacted: boolean;
  /** An import stored it (G1), and no copy of it arrived by itself. */
  imported: boolean;
};

export type ContextConversation = {
  id: string;
  customerId: string;
  status: ConversationStatus;
  lastMessageAt: Date;
  /** The address whose messages beyond the hourly limit it collects; null for all other conversations. */
  quietFor: string | null;
  doneAt: Date | null;
  assigneeId: string | null;
};

/** A conversation with messages of a Gmail thread, once for each form that wrote them. */
export type ThreadConversation = {
  conversationId: string;
  /** The Reply-To of a form that is not verified (`formReplyTo`); null for all other messages. */
  formReplyTo: string | null;
};

/** What is stored already and matters for some messages of one mailbox. */
export type Context = {
  /** Older mail is imported (G1): what it starts is done from the beginning, and nothing is reopened. */
  importing: boolean;
  settings: ReceivingSettings & { redactCards: boolean };
  /** Somebody wants notifications of new conversations that have no assignee. */
  notifyUnassigned: boolean;
  /** Whether customers were deleted, so that copies of their mail may come in that are to stay out (M3). */
  hasDeletedCustomers: boolean;
  /** What is ours, and our users. */
  ownAddresses: OwnAddresses;
  /** The domains of our mailboxes: a Google Group there is ours. */
  ownDomains: ReadonlySet<string>;
  mailboxes: OwnMailboxes;
  /** Conversation by Gmail thread of this mailbox. */
  threads: ReadonlyMap<string, string>;
  /** All conversations with messages of a Gmail thread: Gmail joins what different people send by a form. */
  conversationsInThread: ReadonlyMap<string, readonly ThreadConversation[]>;
  /** Oldest first. */
  messages: readonly ContextMessage[];
  conversations: ReadonlyMap<string, Readonly<ContextConversation>>;
  /** Keys made by `customerKey`. */
  customers: ReadonlyMap<string, { readonly id: string; readonly name: string }>;
  /** Keys made by `participantKey`. */
  participants: ReadonlySet<string>;
  /** By Gmail id; counted up to the limits. */
  sentInLastHour: ReadonlyMap<string, SentInLastHour>;
  /** Of the messages decided so far. */
  timesInBatch: TimesInBatch;
};

export function participantKey(conversationId: string, address: string): string {
  return `${conversationId} ${address}`;
}

/** A customer without an address is known by name: different machines are different customers. */
export function customerKey({ name, address }: { name: string; address: string }): string {
  return address || `name ${name}`;
}

/** The context after these changes, so that the next message of the batch sees them. Changes neither argument. */
export function applyChanges(context: Context, changes: Changes): Context {
  const copied = new Set(changes.gmailCopies.map(({ messageId }) => messageId));
  const added = changes.messages.map((stored): ContextMessage => {
    const { parsed } = stored.message;
    return {
      id: stored.id,
      rfcMessageId: parsed.threadingHeaders.rfcMessageId,
      conversationId: stored.conversationId,
      direction: stored.direction,
      fromAddress: normalizeAddress(parsed.from.address),
      writerAddress: parsed.writer.address,
      throughList: isThroughList(stored.message),
      recipients: recipientsOf(stored.message),
      inThisMailbox: true,
      text: ownTextOf(stored.message),
      redacted: false,
      imported: context.importing,
    };
  });
  const arrived = new Set(changes.arrivedCopies.map(({ id }) => id));
  return {
    ...context,
    threads: new Map([...context.threads, ...changes.threads]),
    conversationsInThread: applyToThreads(context, changes),
    messages: [
      ...context.messages.map((one) =>
        copied.has(one.id)
          ? { ...one, inThisMailbox: true, imported: one.imported && !arrived.has(one.id) }
          : one,
      ),
      ...added,
    ],
    conversations: applyToConversations(context, changes),
    customers: applyToCustomers(context, changes),
    participants: new Set([
      ...context.participants,
      ...changes.participants.map(({ conversationId, address }) => participantKey(conversationId, address)),
    ]),
    timesInBatch: applyToTimes(context, changes),
  };
}

function applyToThreads(context: Context, changes: Changes): Context['conversationsInThread'] {
  const threads = new Map(context.conversationsInThread);
  for (const { conversationId, message } of changes.messages) {
    const { gmailThreadId } = message.fetched;
    const added = { conversationId, formReplyTo: message.parsed.formReplyTo };
    threads.set(gmailThreadId, [...(threads.get(gmailThreadId) ?? []), added]);
  }
  return threads;
}

function applyToConversations(context: Context, changes: Changes): Context['conversations'] {
  const conversations = new Map(context.conversations);
  for (const [id, { created, status, quietFor, lastMessageAt }] of changes.conversations) {
    const conversation = created
      ? {
          id,
          customerId: created.customerId,
          quietFor,
          doneAt: status === 'done' ? lastMessageAt : null,
          assigneeId: null,
        }
      : context.conversations.get(id)!;
    conversations.set(id, { ...conversation, status, lastMessageAt });
  }
  return conversations;
}

function applyToCustomers(context: Context, changes: Changes): Context['customers'] {
  const customers = new Map(context.customers);
  for (const { id, name, address } of changes.customers)
    customers.set(customerKey({ name, address }), { id, name });
  for (const { id, name } of changes.renamedCustomers) {
    for (const [key, customer] of customers) if (customer.id === id) customers.set(key, { id, name });
  }
  return customers;
}

function applyToTimes(context: Context, changes: Changes): Context['timesInBatch'] {
  return changes.messages
    .filter(({ direction, isReport }) => direction === 'inbound' && !isReport)
    .reduce((times, { message }) => withMessageTime(times, message), context.timesInBatch);
}

/** The domain of an address. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** As many as Gmail sends a message to (docs/gmail.md, section 4); the rest of more takes no part. */
export const maxRecipients = 2_000;

/** To, Cc and Bcc, normalised. */
export function recipientsOf({ parsed }: MessageToStore): string[] {
  return addressesOf(parsed.recipients).slice(0, maxRecipients);
}

/** Whether a message came through a mailing list or group, which may have changed its text and From. */
export function isThroughList({ parsed }: MessageToStore): boolean {
  return parsed.kind === 'list';
}

/** The text without quoted history and signature. */
export function ownTextOf({ parsed }: MessageToStore): string {
  return (parsed.ownText ?? parsed.text).trim();
}
