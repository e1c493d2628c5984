import type { Direction, NameAndAddress } from '../../database/column-types.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import { type Context, customerKey, participantKey } from './context.ts';
import { wasDoneLongAgo } from './done-long-ago.ts';
import { referencedIds } from './referenced-ids.ts';

/** The existing conversation of a message; null: none. */
export type FoundConversation = {
  conversationId: string | null;
  /** The Gmail thread stays with another conversation, which has it in common with this one. */
  keepsThread: boolean;
};

/**
 * Finds the conversation that a message continues (R4): by its Gmail thread, then by the nearest message it
 * cites. Gmail puts what different people send by a web form into one thread; there it is the conversation in
 * which the writer takes part, of several, as after a split, the one with the message that is answered. Pure.
 */
export function findConversation(
  message: MessageToStore,
  direction: Direction,
  context: Context,
): FoundConversation {
  const byThread = context.threads.get(message.fetched.gmailThreadId) ?? null;
  const conversationId = chooseBetween(message, direction, context, byThread);
  return { conversationId, keepsThread: byThread !== null && byThread !== conversationId };
}

function chooseBetween(
  message: MessageToStore,
  direction: Direction,
  context: Context,
  byThread: string | null,
): string | null {
  const { fetched, parsed } = message;
  const entries = context.conversationsInThread.get(fetched.gmailThreadId) ?? [];
  if (direction === 'inbound' && parsed.formReplyTo !== null) {
    const forms = entries.filter(({ formReplyTo }) => formReplyTo !== null);
    const same = forms.find(({ formReplyTo }) => formReplyTo === parsed.formReplyTo);
    if (forms.length > 0) return same?.conversationId ?? null;
  }
  const inThread = new Set([
    ...(byThread ? [byThread] : []),
    ...entries.map(({ conversationId }) => conversationId),
  ]);
  const correspondent = direction === 'inbound' ? parsed.writer : parsed.addressee;
  const withCorrespondent = [...inThread].filter((id) => takesPart(id, correspondent, context));
  const answered = citedConversation(message, correspondent, context, correspondent.address);
  const isAnswer = withCorrespondent.some(
    (id) => id === answered && !isEnded(id, message, direction, context),
  );
  const chosen = isAnswer ? answered : (withCorrespondent[0] ?? null);
  if (direction === 'inbound' && parsed.writerByReplyTo) return chosen ?? answered;
  const cited = citedConversation(message, correspondent, context, null);
  if (inThread.size <= 1) return byThread ?? cited;
  return chosen ?? (cited !== null && inThread.has(cited) ? cited : byThread);
}

/** Whether a conversation was done so long ago that another one has taken its place in the thread. */
function isEnded(id: string, message: MessageToStore, direction: Direction, context: Context): boolean {
  const conversation = context.conversations.get(id);
  return conversation !== undefined && wasDoneLongAgo(conversation, message, direction, context);
}

/**
 * The conversation of the nearest message cited; `receivedBy`: only of messages that this address received. Some programs
 * use one Message-ID for all they send: of several, it is the one in which the writer takes part.
 */
function citedConversation(
  { parsed }: MessageToStore,
  correspondent: NameAndAddress,
  context: Context,
  receivedBy: string | null,
): string | null {
  for (const id of referencedIds(parsed.threadingHeaders)) {
    const found = context.messages
      .filter(
        (one) =>
          one.rfcMessageId === id &&
          (one.direction === 'outbound' || !context.conversations.get(one.conversationId)?.quietFor) &&
          (receivedBy === null || one.recipients.includes(receivedBy)),
      )
      .map(({ conversationId }) => conversationId);
    if (found[0]) return found.find((each) => takesPart(each, correspondent, context)) ?? found[0];
  }
  return null;
}

/** Whether a person is the customer of a conversation, or wrote or received one of its messages. */
function takesPart(conversationId: string, person: NameAndAddress, context: Context): boolean {
  const customer = context.customers.get(customerKey(person));
  if (customer && customer.id === context.conversations.get(conversationId)?.customerId) return true;
  return person.address !== '' && context.participants.has(participantKey(conversationId, person.address));
}
