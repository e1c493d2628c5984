import type { Direction, Report } from '../database/schema.ts';
import type { ContextConversation } from './load-context.ts';
import type { MessageToStore } from './message-to-store.ts';

/** What is to be written for some messages of one mailbox; made here, written by write.ts. */
export type Plan = {
  customers: Array<{ id: string; name: string; address: string }>;
  named: Array<{ id: string; name: string }>;
  /** New conversations, and existing ones that change. */
  conversations: Map<string, ConversationPlan>;
  threads: Map<string, string>;
  messages: Array<{
    id: string;
    conversationId: string;
    direction: Direction;
    stranger: boolean;
    /** It says what became of a message of ours: it is not counted among what its writer sent. */
    reports: boolean;
    message: MessageToStore;
  }>;
  /** Every copy met of a message, with the message it is. */
  copies: Array<{ gmailId: string; messageId: string }>;
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
    at: Date;
  }>;
  /** Reports about nothing known so far: the Sent copy may still come. */
  waiting: Array<{ rfcMessageId: string; reportMessageId: string; report: Report }>;
};

export type ConversationPlan = {
  /** Set for a new one. */
  made: { subject: string; customerId: string } | null;
  status: ContextConversation['status'];
  reopened: boolean;
  quietFor: string | null;
  lastMessageAt: Date;
  /** null: another message is newer and stays in front. */
  front: { snippet: string; direction: Direction } | null;
  lastInboundAt: Date | null;
};

export function emptyPlan(): Plan {
  return {
    customers: [],
    named: [],
    conversations: new Map(),
    threads: new Map(),
    messages: [],
    copies: [],
    participants: [],
    reports: [],
    waiting: [],
  };
}
