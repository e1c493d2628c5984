import type { Direction, Report } from '../database/column-types.ts';
import type { ContextConversation } from './load-context.ts';
import type { MessageToStore } from './message-to-store.ts';

/** What is to be written for some messages of one mailbox; made here, written by write.ts. */
export type Changes = {
  customers: Array<{ id: string; name: string; address: string }>;
  renamedCustomers: Array<{ id: string; name: string }>;
  /** New conversations, and existing ones that change. */
  conversations: Map<string, ConversationChange>;
  threads: Map<string, string>;
  messages: Array<{
    id: string;
    conversationId: string;
    direction: Direction;
    fromNewParticipant: boolean;
    /** It says what became of a message of ours: it is not counted among what its writer sent. */
    reports: boolean;
    message: MessageToStore;
  }>;
  /** Every copy met of a message, with the message it is. */
  gmailCopies: Array<{ gmailId: string; messageId: string }>;
  participants: Array<{ conversationId: string; address: string }>;
  reports: Array<{
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
  /** Reports about nothing known so far: the Sent copy may still come. */
  unmatchedReports: Array<{ rfcMessageId: string; reportMessageId: string; report: Report }>;
};

export type ConversationChange = {
  /** Set for a new one. */
  created: { subject: string; customerId: string } | null;
  status: ContextConversation['status'];
  reopened: boolean;
  quietFor: string | null;
  lastMessageAt: Date;
  /** null: another message is newer and stays in front. */
  lastMessage: { snippet: string; direction: Direction } | null;
  lastInboundAt: Date | null;
};

export function emptyChanges(): Changes {
  return {
    customers: [],
    renamedCustomers: [],
    conversations: new Map(),
    threads: new Map(),
    messages: [],
    gmailCopies: [],
    participants: [],
    reports: [],
    unmatchedReports: [],
  };
}
