import { v7 as uuid } from 'uuid';
import {
  candidateMessageIds,
  reportedRecipient,
  trustedRecipients,
} from '../conversations/delivery-reports.ts';
import type { Direction, Report } from '../database/column-types.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';
import type { Changes } from './changes.ts';
import { type Context, type ContextConversation, type ContextMessage, domainOf } from './load-context.ts';
import { referencedIds } from './lock-threads.ts';
import type { MessageToStore, StoreOutcome } from './message-to-store.ts';
import { newConversation, quietConversation } from './open-conversation.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** More recipients than any mail has are a bomb. */
const maxParticipants = 200;

/**
 * Decides what becomes of one message: whether it is known already, which conversation it joins (R4),
 * what it reports, whether it reopens (R6). Adds it to the plan and to what is known.
 */
export function decide(message: MessageToStore, context: Context, changes: Changes): StoreOutcome {
  const { fetched, parsed } = message;
  const { gmailId, gmailThreadId } = fetched;
  const direction = fetched.labels.includes('SENT') ? 'outbound' : 'inbound';
  const duplicate = findDuplicate(message, context);
  if (duplicate) {
    duplicate.inThisMailbox = true;
    changes.gmailCopies.push({ gmailId, messageId: duplicate.id });
    assignThread(gmailThreadId, duplicate.conversationId, context, changes);
    return { kind: 'other-copy', messageId: duplicate.id };
  }

  const id = uuid();
  const reported = direction === 'inbound' ? findReportedMessage(message, context) : null;
  const existingId = reported?.message.conversationId ?? findConversation(message, context);
  const overHourlyLimit = direction === 'inbound' && !reported && exceedsHourlyLimit(message, context);
  const conversation = overHourlyLimit
    ? quietConversation(message, context, changes)
    : existingId && !wasDoneLongAgo(context.conversations.get(existingId), message, direction, context)
      ? context.conversations.get(existingId)!
      : newConversation(message, direction, context, changes);
  const isNew = conversation.id !== existingId;
  const fromNewParticipant =
    direction === 'inbound' &&
    !isNew &&
    !parsed.automatic &&
    (isNewParticipant(parsed.writer.address, conversation, context) ||
      isUntrustedGroupForward(message, conversation, context));

  if (!overHourlyLimit) assignThread(gmailThreadId, conversation.id, context, changes);
  if (!overHourlyLimit && !fromNewParticipant && (isNew || !parsed.automatic))
    addParticipants(message, direction, conversation.id, context, changes);
  if (reported) report(reported, id, message, changes);
  else if (parsed.report) {
    const unmatched = { reportMessageId: id, report: parsed.report };
    for (const rfcMessageId of candidateMessageIds(parsed.report, parsed.threadingHeaders))
      changes.unmatchedReports.push({ ...unmatched, rfcMessageId });
  }
  const hasPermanentFailure = reported?.failed.some(({ kind }) => kind === 'failed') ?? false;
  const reopens =
    direction === 'inbound' && !overHourlyLimit && (isNew || hasPermanentFailure || !parsed.automatic);
  if (reopens || overHourlyLimit || direction === 'outbound')
    updateLastMessage(message, direction, conversation, reopens, changes);

  changes.messages.push({
    id,
    conversationId: conversation.id,
    direction,
    fromNewParticipant,
    reports: reported !== null,
    message,
  });
  changes.gmailCopies.push({ gmailId, messageId: id });
  context.messages.push({
    id,
    rfcMessageId: parsed.threadingHeaders.rfcMessageId,
    conversationId: conversation.id,
    direction,
    fromAddress: normalizeAddress(parsed.from.address),
    recipients: recipientsOf(message),
    inThisMailbox: true,
    text: ownTextOf(parsed),
    redacted: false,
  });
  return { kind: 'stored', messageId: id, conversationId: conversation.id };
}

/**
 * A message that reached two of our mailboxes is one message: it names a delivery of ours, or has the same
 * Message-ID and words from the same sender, met first in another mailbox. Seen twice in one mailbox it is
 * two messages. (The words: some programs write one Message-ID on all they send.)
 */
function findDuplicate({ parsed }: MessageToStore, context: Context): ContextMessage | undefined {
  const { threadingHeaders, deliveryId } = parsed;
  const from = normalizeAddress(parsed.from.address);
  const ownText = ownTextOf(parsed);
  return context.messages.find((one) => {
    if (one.inThisMailbox) return false;
    if (one.id === deliveryId) return true;
    return (
      threadingHeaders.rfcMessageId !== null &&
      one.rfcMessageId === threadingHeaders.rfcMessageId &&
      one.fromAddress === from &&
      (one.text === ownText || one.redacted)
    );
  });
}

function ownTextOf({ ownText, text }: MessageToStore['parsed']): string {
  return (ownText ?? text).trim();
}

/** By Gmail thread in its mailbox, then by the nearest message it cites (In-Reply-To, then References from the newest back). */
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

type ReportedMessage = { message: ContextMessage; failed: Report['recipients'] };

/** The message of ours a report is about, by the surest sign first; null where none is believed. */
function findReportedMessage({ fetched, parsed }: MessageToStore, context: Context): ReportedMessage | null {
  const { report, threadingHeaders } = parsed;
  if (!report) return null;
  const sent = context.messages.filter((one) => one.direction === 'outbound');
  const inThread = sent.filter((one) => one.conversationId === context.threads.get(fetched.gmailThreadId));
  const candidates = [
    ...sent.filter(({ id }) => id === report.deliveryId),
    ...candidateMessageIds(report, threadingHeaders).flatMap((id) =>
      sent.filter(({ rfcMessageId }) => rfcMessageId === id),
    ),
    ...inThread.toReversed(),
  ];
  for (const message of candidates) {
    const failed = trustedRecipients(report, message);
    if (failed.length > 0) return { message, failed };
  }
  return null;
}

function report(
  { message: reported, failed }: ReportedMessage,
  id: string,
  { fetched }: MessageToStore,
  changes: Changes,
): void {
  for (const one of failed) {
    const { kind, status, reason = '', diagnostic } = one;
    changes.reports.push({
      messageId: reported.id,
      conversationId: reported.conversationId,
      reportMessageId: id,
      kind,
      status,
      reason,
      diagnostic,
      recipient: reportedRecipient(one, reported),
      receivedAt: fetched.internalDate,
    });
  }
}

/** Whether its writer sent more than an hour's share before it, those decided just now among them. */
function exceedsHourlyLimit({ fetched, parsed }: MessageToStore, context: Context): boolean {
  const { address } = parsed.writer;
  if (address === '' || context.ownAddresses.has(address)) return false;
  const from = fetched.internalDate.getTime() - hour;
  const batchTimes = context.timesInBatch.get(address) ?? [];
  context.timesInBatch.set(address, [...batchTimes, fetched.internalDate.getTime()]);
  const inSameHour = batchTimes.filter(
    (receivedAt) => receivedAt > from && receivedAt <= fetched.internalDate.getTime(),
  );
  const count = (context.sentInLastHour.get(fetched.gmailId) ?? 0) + inSameHour.length;
  return count >= context.settings.messagesPerHour;
}

function wasDoneLongAgo(
  conversation: ContextConversation | undefined,
  { fetched, parsed }: MessageToStore,
  direction: Direction,
  { settings }: Context,
): boolean {
  if (!conversation) return true;
  const days = settings.newConversationAfterDays;
  if (days === null || direction === 'outbound' || parsed.automatic) return false;
  const since = Math.max(conversation.lastMessageAt.getTime(), conversation.doneAt?.getTime() ?? 0);
  return conversation.status === 'done' && fetched.internalDate.getTime() - since > days * day;
}

function isNewParticipant(address: string, conversation: ContextConversation, context: Context): boolean {
  if (address === '' || context.ownAddresses.has(address)) return false;
  if (context.customers.get(address)?.id === conversation.customerId) return false;
  return !context.participants.has(`${conversation.id} ${address}`);
}

/** Anybody can write that a Google Group forwarded it: outside our domains, the sender must be known as well. */
function isUntrustedGroupForward(
  { parsed }: MessageToStore,
  conversation: ContextConversation,
  context: Context,
): boolean {
  const from = normalizeAddress(parsed.from.address);
  if (from === parsed.writer.address || context.ownDomains.has(domainOf(from))) return false;
  return isNewParticipant(from, conversation, context);
}

function assignThread(
  gmailThreadId: string,
  conversationId: string,
  context: Context,
  changes: Changes,
): void {
  if (context.threads.get(gmailThreadId) === conversationId) return;
  context.threads.set(gmailThreadId, conversationId);
  changes.threads.set(gmailThreadId, conversationId);
}

function addParticipants(
  message: MessageToStore,
  direction: Direction,
  conversationId: string,
  context: Context,
  changes: Changes,
): void {
  const { parsed } = message;
  const writers = direction === 'inbound' ? [parsed.writer.address] : [];
  const addresses = [...writers, normalizeAddress(parsed.from.address), ...recipientsOf(message)];
  for (const address of new Set(addresses.slice(0, maxParticipants))) {
    const key = `${conversationId} ${address}`;
    if (address === '' || context.participants.has(key)) continue;
    context.participants.add(key);
    changes.participants.push({ conversationId, address });
  }
}

/** Shows the newest message in the list; one that wakes reopens what was done or snoozed. */
function updateLastMessage(
  { fetched, parsed }: MessageToStore,
  direction: Direction,
  conversation: ContextConversation,
  reopens: boolean,
  changes: Changes,
): void {
  const receivedAt = fetched.internalDate;
  const change = changes.conversations.get(conversation.id) ?? {
    created: null,
    status: conversation.status,
    reopened: false,
    quietFor: conversation.quietFor,
    lastMessageAt: conversation.lastMessageAt,
    lastMessage: null,
    lastInboundAt: null,
  };
  if (receivedAt >= conversation.lastMessageAt) {
    conversation.lastMessageAt = receivedAt;
    change.lastMessageAt = receivedAt;
    change.lastMessage = { snippet: parsed.snippet, direction };
  }
  if (reopens) {
    conversation.status = 'open';
    change.status = 'open';
    change.reopened = true;
    if (!change.lastInboundAt || receivedAt > change.lastInboundAt) change.lastInboundAt = receivedAt;
  }
  changes.conversations.set(conversation.id, change);
}

function recipientsOf({ parsed }: MessageToStore): string[] {
  const { to, cc, bcc } = parsed.recipients;
  return [...to, ...cc, ...bcc].slice(0, maxParticipants).map(({ address }) => normalizeAddress(address));
}
