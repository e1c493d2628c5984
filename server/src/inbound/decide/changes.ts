import type { ConversationStatus, Direction, Report } from '../../database/column-types.ts';
import type { MessageToStore } from '../parse/parse-message.ts';

export type StoredMessage = {
  id: string;
  conversationId: string;
  direction: Direction;
  /** The mailbox that it is answered from; null: the one being read. */
  answeredFrom: string | null;
  fromNewParticipant: boolean;
  /** It reports on a message of ours, so it does not count among what its writer sent. */
  isReport: boolean;
  message: MessageToStore;
};

/** What is to be written for messages of one mailbox: decide.ts decides it, write-changes.ts writes it. */
export type Changes = {
  customers: ReadonlyArray<{ id: string; name: string; address: string }>;
  renamedCustomers: ReadonlyArray<{ id: string; name: string }>;
  /** New conversations, and existing ones that change, by id. */
  conversations: ReadonlyMap<string, ConversationChange>;
  /** Conversation by Gmail thread. */
  threads: ReadonlyMap<string, string>;
  messages: readonly StoredMessage[];
  /** Stored before by an import (G1) of another mailbox, and now a copy of each arrived by itself. */
  arrivedCopies: readonly StoredMessage[];
  /** Each Gmail message, and the stored message that it is a copy of. */
  gmailCopies: ReadonlyArray<{ gmailId: string; messageId: string }>;
  /** Messages stored as inbound of which the Sent copy now came: we wrote them. */
  turnedOutbound: readonly string[];
  participants: ReadonlyArray<{ conversationId: string; address: string }>;
  reports: ReadonlyArray<{
    messageId: string;
    conversationId: string;
    reportMessageId: string;
    kind: 'failed' | 'delayed' | 'complaint';
    recipient: string;
    status: string;
    reason: string;
    diagnostic: string;
    receivedAt: Date;
  }>;
  /** What the first message of a conversation cites and is not stored yet: it may still come, until this time. */
  awaited: ReadonlyArray<{ rfcMessageId: string; conversationId: string; until: Date }>;
  /** The conversation that a message opened, and the older one that its copy shows it belongs to. */
  openedApart: ReadonlyArray<{ messageId: string; fromId: string; intoId: string }>;
  /** Reports about a message that is not stored yet, by its Message-ID: its Sent copy may still come. */
  unmatchedReports: ReadonlyArray<{ rfcMessageId: string; reportMessageId: string; report: Report }>;
};

export type ConversationChange = {
  /** null: the conversation exists already. */
  created: { subject: string; customerId: string } | null;
  status: ConversationStatus;
  reopened: boolean;
  quietFor: string | null;
  lastMessageAt: Date;
  /** The preview of the last message; null where another message is newer. */
  lastMessage: { snippet: string; direction: Direction } | null;
  lastInboundAt: Date | null;
};

export const noChanges: Changes = {
  customers: [],
  renamedCustomers: [],
  conversations: new Map(),
  threads: new Map(),
  messages: [],
  arrivedCopies: [],
  gmailCopies: [],
  turnedOutbound: [],
  participants: [],
  reports: [],
  awaited: [],
  openedApart: [],
  unmatchedReports: [],
};

/** The changes of several messages as one, in the order they were decided. */
export function mergeChanges(all: Changes[]): Changes {
  const conversations = new Map<string, ConversationChange>();
  for (const [id, change] of all.flatMap((changes) => [...changes.conversations])) {
    const earlier = conversations.get(id);
    conversations.set(id, earlier ? mergeConversationChanges(earlier, change) : change);
  }
  return {
    customers: all.flatMap(({ customers }) => customers),
    renamedCustomers: all.flatMap(({ renamedCustomers }) => renamedCustomers),
    conversations,
    threads: new Map(all.flatMap(({ threads }) => [...threads])),
    messages: all.flatMap(({ messages }) => messages),
    arrivedCopies: all.flatMap(({ arrivedCopies }) => arrivedCopies),
    gmailCopies: all.flatMap(({ gmailCopies }) => gmailCopies),
    turnedOutbound: all.flatMap(({ turnedOutbound }) => turnedOutbound),
    participants: all.flatMap(({ participants }) => participants),
    reports: all.flatMap(({ reports }) => reports),
    awaited: all.flatMap(({ awaited }) => awaited),
    openedApart: all.flatMap(({ openedApart }) => openedApart),
    unmatchedReports: all.flatMap(({ unmatchedReports }) => unmatchedReports),
  };
}

function mergeConversationChanges(
  earlier: ConversationChange,
  later: ConversationChange,
): ConversationChange {
  return {
    ...later,
    created: earlier.created,
    reopened: earlier.reopened || later.reopened,
    lastMessage: later.lastMessage ?? earlier.lastMessage,
    lastInboundAt: newer(earlier.lastInboundAt, later.lastInboundAt),
  };
}

function newer(one: Date | null, other: Date | null): Date | null {
  return one && other ? (one > other ? one : other) : (one ?? other);
}
