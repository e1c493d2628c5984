import {
  candidateMessageIds,
  reportedRecipient,
  trustedRecipients,
} from '../../conversations/delivery-reports.ts';
import type { Direction, Report } from '../../database/column-types.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { firstAddressed } from '../../mailboxes/own-mailboxes.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import { asAutoReplyInThread } from './auto-reply-in-thread.ts';
import { type Changes, type ConversationChange, noChanges } from './changes.ts';
import { type ConversationChoice, chooseConversation } from './choose-conversation.ts';
import {
  type Context,
  type ContextConversation,
  type ContextMessage,
  domainOf,
  isThroughList,
  maxRecipients,
  ownTextOf,
  participantKey,
  recipientsOf,
} from './context.ts';
import { isColleaguesAnswer } from './correspondent.ts';
import { directionOf, isOneOfUs } from './direction.ts';
import { wasDoneLongAgo } from './done-long-ago.ts';
import { findConversation } from './find-conversation.ts';
import { maxLockedReferences, referencedIds } from './referenced-ids.ts';
import { isTextWithFooter } from './text-with-footer.ts';
import { isWrittenByGmail } from './written-by-gmail.ts';

/** Ids for what a message may create; those not needed are dropped. */
export type NewIds = { message: string; conversation: string; customer: string };

/**
 * Decides what one message changes: whether it is a copy of a stored message, which conversation it
 * joins (R4), what it reports, whether it reopens the conversation (R6). Pure.
 */
export function decide(context: Context, received: MessageToStore, ids: NewIds): Changes {
  const message = asAutoReplyInThread(received, context);
  const { fetched, parsed } = message;
  const labelled = directionOf(message, context);
  const original = findOriginal(message, context);
  if (original) return copyChanges(message, { original, direction: labelled }, context);

  const reported = labelled === 'inbound' ? findReportedMessage(message, context) : null;
  const reportedConversationId = reported?.message.conversationId ?? null;
  const choice = chooseConversation(context, message, { direction: labelled, reportedConversationId }, ids);
  const { conversation, isNew, overHourlyLimit, keepsThread } = choice;
  const direction =
    !isNew && !reported && !overHourlyLimit && isColleaguesAnswer(message, context) ? 'outbound' : labelled;
  const fromNewParticipant =
    direction === 'inbound' &&
    !isNew &&
    !parsed.automatic &&
    isFromNewParticipant(message, conversation, context);
  const joins = !overHourlyLimit && !fromNewParticipant && (isNew || !parsed.automatic);
  return {
    ...choice.customerChanges,
    conversations: conversationChange(message, { direction, choice, reported }, context),
    threads:
      overHourlyLimit || keepsThread ? noChanges.threads : threadChange(message, conversation.id, context),
    messages: [
      {
        id: ids.message,
        conversationId: conversation.id,
        direction,
        answeredFrom: direction === 'inbound' ? firstAddressed(context.mailboxes, parsed.recipients) : null,
        fromNewParticipant,
        isReport: reported !== null,
        message,
      },
    ],
    arrivedCopies: [],
    gmailCopies: [{ gmailId: fetched.gmailId, messageId: ids.message }],
    turnedOutbound: [],
    participants: joins ? newParticipants(message, direction, conversation.id, context) : [],
    reports: reported ? reportsOf(reported, ids.message, message) : [],
    awaited:
      isNew && !overHourlyLimit && !reported && !context.importing
        ? awaitedBy(message, conversation.id, context)
        : [],
    openedApart: [],
    unmatchedReports: reported ? [] : unmatchedReportsOf(message, ids.message),
  };
}

/** What a copy of a stored message changes. */
function copyChanges(
  message: MessageToStore,
  { original, direction }: { original: ContextMessage; direction: Direction },
  context: Context,
): Changes {
  const { id, conversationId } = original;
  // An import of the mailbox that it was sent to as well was faster: it is new all the same.
  const arrives = original.imported && !context.importing;
  const conversation = arrives ? context.conversations.get(conversationId) : undefined;
  const choice = conversation && { conversation, created: null, isNew: false };
  const opened = choice && conversationChange(message, { direction, choice, reported: null }, context);
  const copy = { answeredFrom: null, fromNewParticipant: false, isReport: false };
  return {
    ...noChanges,
    threads: threadChange(message, conversationId, context),
    // The preview stays that of what is stored: parts of it may have been redacted since.
    conversations: new Map(
      [...(opened ?? [])].map(([key, change]) => [key, { ...change, lastMessage: null }]),
    ),
    arrivedCopies: arrives ? [{ ...copy, id, conversationId, direction, message }] : [],
    gmailCopies: [{ gmailId: message.fetched.gmailId, messageId: id }],
    // What we sent to one mailbox of ours among others may be read there first.
    turnedOutbound: direction === 'outbound' && original.direction === 'inbound' ? [id] : [],
    openedApart: openedApart(message, { original, direction }, context),
  };
}

/**
 * The conversation of a stored message and that of its copy's Gmail thread, where the copy would have joined it (R12): the
 * mailbox that does not know the thread was read first. Of one customer only.
 */
function openedApart(
  message: MessageToStore,
  { original, direction }: { original: ContextMessage; direction: Direction },
  context: Context,
): Changes['openedApart'] {
  const intoId = context.threads.get(message.fetched.gmailThreadId);
  const from = context.conversations.get(original.conversationId);
  const into = intoId && context.conversations.get(intoId);
  if (!from || !into || from === into || direction !== 'inbound' || context.importing) return [];
  const joins =
    from.customerId === into.customerId &&
    findConversation(message, direction, context).conversationId === into.id &&
    !wasDoneLongAgo(into, message, direction, context);
  return joins ? [{ messageId: original.id, fromId: from.id, intoId: into.id }] : [];
}

/**
 * The stored message that this is a copy of, received in another of our mailboxes: it is from us with the id of a
 * delivery, which anybody who received it can write, or it has the same Message-ID, sender and text. The text counts
 * because some programs use one Message-ID for everything they send; for that reason two in one mailbox are two
 * messages as well. A mailing list adds words of its own, and may put itself into From.
 */
function findOriginal(message: MessageToStore, context: Context): ContextMessage | undefined {
  const { threadingHeaders, deliveryId, writer } = message.parsed;
  const from = normalizeAddress(message.parsed.from.address);
  const ownText = ownTextOf(message);
  // A group of ours may have replaced From.
  const isByUs = isOneOfUs(from, context) && message.parsed.sender.verification !== 'failed';
  return context.messages.find((one) => {
    if (one.inThisMailbox) return false;
    if (one.id === deliveryId && isByUs) return true;
    if (threadingHeaders.rfcMessageId === null || one.rfcMessageId !== threadingHeaders.rfcMessageId)
      return false;
    const isChanged = one.throughList || isThroughList(message);
    const hasSameSender =
      one.fromAddress === from ||
      (isChanged && writer.address !== '' && one.writerAddress === writer.address);
    const hasSameText = one.text === ownText || (isChanged && isTextWithFooter(one.text ?? '', ownText));
    return hasSameSender && (hasSameText || one.redacted);
  });
}

/** A message is received a day after its answer at most: another mailbox is read later, a queue was longer. */
const maxParentDelayMs = 24 * 3_600_000;

/**
 * The messages that the first one of a conversation cites, where none of them is known. What a machine wrote
 * for somebody joins no conversation later, because anybody can write a Reply-To.
 */
function awaitedBy(
  { fetched, parsed }: MessageToStore,
  conversationId: string,
  context: Context,
): Changes['awaited'] {
  const ids = referencedIds(parsed.threadingHeaders).filter(
    (id) => id !== parsed.threadingHeaders.rfcMessageId,
  );
  const isKnown =
    context.threads.has(fetched.gmailThreadId) ||
    context.messages.some(({ rfcMessageId }) => rfcMessageId !== null && ids.includes(rfcMessageId));
  if (isKnown || parsed.writerByReplyTo) return [];
  const until = new Date(fetched.internalDate.getTime() + maxParentDelayMs);
  return ids.slice(0, maxLockedReferences).map((rfcMessageId) => ({ rfcMessageId, conversationId, until }));
}

type ReportedMessage = { message: ContextMessage; failed: Report['recipients'] };

/**
 * The message of ours a report is about, by the most reliable reference first; null where none is trusted. The Gmail thread
 * is enough for Gmail's own reports alone: the subject and a forged sender bring anybody's mail into a thread.
 */
function findReportedMessage(message: MessageToStore, context: Context): ReportedMessage | null {
  const { gmailThreadId } = message.fetched;
  const { report, threadingHeaders } = message.parsed;
  if (!report) return null;
  const sent = context.messages.filter((one) => one.direction === 'outbound');
  const inThread = isWrittenByGmail(message)
    ? sent.filter((one) => one.conversationId === context.threads.get(gmailThreadId))
    : [];
  const candidates = [
    ...sent.filter(({ id }) => id === report.deliveryId),
    ...candidateMessageIds(report, threadingHeaders).flatMap((id) =>
      sent.filter(({ rfcMessageId }) => rfcMessageId === id),
    ),
    ...inThread.toReversed(),
  ];
  for (const candidate of candidates) {
    const failed = trustedRecipients(report, candidate);
    if (failed.length > 0) return { message: candidate, failed };
  }
  return null;
}

function reportsOf(
  { message: reported, failed }: ReportedMessage,
  reportMessageId: string,
  { fetched }: MessageToStore,
): Changes['reports'] {
  return failed.map((recipient) => ({
    messageId: reported.id,
    conversationId: reported.conversationId,
    reportMessageId,
    kind: recipient.kind,
    status: recipient.status,
    reason: recipient.reason ?? '',
    diagnostic: recipient.diagnostic,
    recipient: reportedRecipient(recipient, reported),
    receivedAt: fetched.internalDate,
  }));
}

function unmatchedReportsOf(
  { parsed: { report, threadingHeaders } }: MessageToStore,
  reportMessageId: string,
): Changes['unmatchedReports'] {
  if (!report) return [];
  return candidateMessageIds(report, threadingHeaders).map((rfcMessageId) => ({
    rfcMessageId,
    reportMessageId,
    report,
  }));
}

/** Whether the writer, or an untrusted group that forwarded the message, takes part for the first time. */
function isFromNewParticipant(
  { parsed }: MessageToStore,
  conversation: Readonly<ContextConversation>,
  context: Context,
): boolean {
  if (isNewParticipant(parsed.writer.address, conversation, context)) return true;
  // Anybody can claim that a Google Group forwarded a message. Outside our domains the group must take part too.
  const from = normalizeAddress(parsed.from.address);
  const forwardedByOthers = from !== parsed.writer.address && !context.ownDomains.has(domainOf(from));
  return forwardedByOthers && isNewParticipant(from, conversation, context);
}

function isNewParticipant(
  address: string,
  conversation: Readonly<ContextConversation>,
  context: Context,
): boolean {
  if (address === '' || context.ownAddresses.has(address)) return false;
  if (context.customers.get(address)?.id === conversation.customerId) return false;
  return !context.participants.has(participantKey(conversation.id, address));
}

function newParticipants(
  message: MessageToStore,
  direction: Direction,
  conversationId: string,
  context: Context,
): Changes['participants'] {
  const { parsed } = message;
  const writers = direction === 'inbound' ? [parsed.writer.address] : [];
  const addresses = [...writers, normalizeAddress(parsed.from.address), ...recipientsOf(message)];
  return [...new Set(addresses.slice(0, maxRecipients))]
    .filter((address) => address !== '' && !context.participants.has(participantKey(conversationId, address)))
    .map((address) => ({ conversationId, address }));
}

function threadChange(
  { fetched: { gmailThreadId } }: MessageToStore,
  conversationId: string,
  context: Context,
): Changes['threads'] {
  if (context.threads.get(gmailThreadId) === conversationId) return noChanges.threads;
  return new Map([[gmailThreadId, conversationId]]);
}

/** The newest message is previewed in the list. What people write, and a permanent failure, reopens (R6). */
function conversationChange(
  { fetched, parsed }: MessageToStore,
  {
    direction,
    choice: { conversation, created, isNew },
    reported,
  }: {
    direction: Direction;
    choice: Pick<ConversationChoice, 'conversation' | 'created' | 'isNew'>;
    reported: ReportedMessage | null;
  },
  { importing }: Context,
): Changes['conversations'] {
  const hasPermanentFailure = reported?.failed.some(({ kind }) => kind === 'failed') ?? false;
  const matters = direction === 'outbound' || isNew || hasPermanentFailure || !parsed.automatic;
  if (!matters) return noChanges.conversations;
  const reopens = direction === 'inbound' && !importing;
  const receivedAt = fetched.internalDate;
  const isNewest = receivedAt >= conversation.lastMessageAt;
  const change: ConversationChange = {
    created,
    status: reopens ? 'open' : conversation.status,
    reopened: reopens,
    quietFor: conversation.quietFor,
    lastMessageAt: isNewest ? receivedAt : conversation.lastMessageAt,
    lastMessage: isNewest ? { snippet: parsed.snippet, direction } : null,
    lastInboundAt: reopens ? receivedAt : null,
  };
  return new Map([[conversation.id, change]]);
}
