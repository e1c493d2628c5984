import { v7 as uuid } from 'uuid';
import { believedOf, namedIn, recipientOf } from '../conversations/reports.ts';
import type { Direction, Report } from '../database/schema.ts';
import { normalizeAddress } from '../mail/addresses.ts';
import type { Changes } from './changes.ts';
import { type Context, type ContextConversation, type ContextMessage, domainOf } from './load-context.ts';
import { cited } from './lock-threads.ts';
import type { MessageToStore, StoreOutcome } from './message-to-store.ts';
import { newConversation, quietConversation } from './open-conversation.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** More recipients than any mail has are a bomb. */
const participantsAtMost = 200;

/**
 * Decides what becomes of one message: whether it is known already, which conversation it joins (R4),
 * what it reports, whether it reopens (R6). Adds it to the plan and to what is known.
 */
export function decide(message: MessageToStore, known: Context, plan: Changes): StoreOutcome {
  const { fetched, parsed: reading } = message;
  const { gmailId, gmailThreadId } = fetched;
  const direction = fetched.labels.includes('SENT') ? 'outbound' : 'inbound';
  const twin = twinOf(message, known);
  if (twin) {
    twin.inThisMailbox = true;
    plan.gmailCopies.push({ gmailId, messageId: twin.id });
    joinThread(gmailThreadId, twin.conversationId, known, plan);
    return { kind: 'other-copy', messageId: twin.id };
  }

  const id = uuid();
  const about = direction === 'inbound' ? reportedBy(message, known) : null;
  const joined = about?.message.conversationId ?? conversationOf(message, known);
  const held = direction === 'inbound' && !about && isBeyondTheHour(message, known);
  const conversation = held
    ? quietConversation(message, known, plan)
    : joined && !isLongDone(known.conversations.get(joined), message, direction, known)
      ? known.conversations.get(joined)!
      : newConversation(message, direction, known, plan);
  const isNew = conversation.id !== joined;
  const stranger =
    direction === 'inbound' &&
    !isNew &&
    !reading.automatic &&
    (isStranger(reading.writer.address, conversation, known) || isForeignGroup(message, conversation, known));

  if (!held) joinThread(gmailThreadId, conversation.id, known, plan);
  if (!held && !stranger && (isNew || !reading.automatic))
    addParticipants(message, direction, conversation.id, known, plan);
  if (about) report(about, id, message, plan);
  else if (reading.report) {
    const waiting = { reportMessageId: id, report: reading.report };
    for (const rfcMessageId of namedIn(reading.report, reading.threadingHeaders))
      plan.unmatchedReports.push({ ...waiting, rfcMessageId });
  }
  const givenUp = about?.failed.some(({ kind }) => kind === 'failed') ?? false;
  const wakes = direction === 'inbound' && !held && (isNew || givenUp || !reading.automatic);
  if (wakes || held || direction === 'outbound') bringForward(message, direction, conversation, wakes, plan);

  plan.messages.push({
    id,
    conversationId: conversation.id,
    direction,
    fromNewParticipant: stranger,
    reports: about !== null,
    message,
  });
  plan.gmailCopies.push({ gmailId, messageId: id });
  known.messages.push({
    id,
    rfcMessageId: reading.threadingHeaders.rfcMessageId,
    conversationId: conversation.id,
    direction,
    fromAddress: normalizeAddress(reading.from.address),
    recipients: recipientsOf(message),
    inThisMailbox: true,
    text: wordsOf(reading),
    redacted: false,
  });
  return { kind: 'stored', messageId: id, conversationId: conversation.id };
}

/**
 * A message that reached two of our mailboxes is one message: it names a delivery of ours, or has the same
 * Message-ID and words from the same sender, met first in another mailbox. Seen twice in one mailbox it is
 * two messages. (The words: some programs write one Message-ID on all they send.)
 */
function twinOf({ parsed: reading }: MessageToStore, known: Context): ContextMessage | undefined {
  const { threadingHeaders: clues, deliveryId } = reading;
  const from = normalizeAddress(reading.from.address);
  const words = wordsOf(reading);
  return known.messages.find((one) => {
    if (one.inThisMailbox) return false;
    if (one.id === deliveryId) return true;
    return (
      clues.rfcMessageId !== null &&
      one.rfcMessageId === clues.rfcMessageId &&
      one.fromAddress === from &&
      (one.text === words || one.redacted)
    );
  });
}

function wordsOf({ ownText, text }: MessageToStore['parsed']): string {
  return (ownText ?? text).trim();
}

/** By Gmail thread in its mailbox, then by the nearest message it cites (In-Reply-To, then References from the newest back). */
function conversationOf({ fetched, parsed: reading }: MessageToStore, known: Context): string | null {
  const byThread = known.threads.get(fetched.gmailThreadId);
  if (byThread) return byThread;
  for (const id of cited(reading.threadingHeaders)) {
    const match = known.messages.find(
      (one) =>
        one.rfcMessageId === id &&
        (one.direction === 'outbound' || !known.conversations.get(one.conversationId)?.quietFor),
    );
    if (match) return match.conversationId;
  }
  return null;
}

type About = { message: ContextMessage; failed: Report['recipients'] };

/** The message of ours a report is about, by the surest sign first; null where none is believed. */
function reportedBy({ fetched, parsed: reading }: MessageToStore, known: Context): About | null {
  const { report, threadingHeaders: clues } = reading;
  if (!report) return null;
  const sent = known.messages.filter((one) => one.direction === 'outbound');
  const inThread = sent.filter((one) => one.conversationId === known.threads.get(fetched.gmailThreadId));
  const candidates = [
    ...sent.filter(({ id }) => id === report.deliveryId),
    ...namedIn(report, clues).flatMap((id) => sent.filter(({ rfcMessageId }) => rfcMessageId === id)),
    ...inThread.toReversed(),
  ];
  for (const message of candidates) {
    const failed = believedOf(report, message);
    if (failed.length > 0) return { message, failed };
  }
  return null;
}

function report(
  { message: about, failed }: About,
  id: string,
  { fetched }: MessageToStore,
  plan: Changes,
): void {
  for (const one of failed) {
    const { kind, status, reason = '', diagnostic } = one;
    plan.reports.push({
      messageId: about.id,
      conversationId: about.conversationId,
      reportMessageId: id,
      kind,
      status,
      reason,
      diagnostic,
      recipient: recipientOf(one, about),
      at: fetched.internalDate,
    });
  }
}

/** Whether its writer sent more than an hour's share before it, those decided just now among them. */
function isBeyondTheHour({ fetched, parsed: reading }: MessageToStore, known: Context): boolean {
  const { address } = reading.writer;
  if (address === '' || known.ownAddresses.has(address)) return false;
  const from = fetched.internalDate.getTime() - hour;
  const justNow = known.timesInBatch.get(address) ?? [];
  known.timesInBatch.set(address, [...justNow, fetched.internalDate.getTime()]);
  const alike = justNow.filter((at) => at > from && at <= fetched.internalDate.getTime());
  const count = (known.sentInLastHour.get(fetched.gmailId) ?? 0) + alike.length;
  return count >= known.settings.messagesPerHour;
}

function isLongDone(
  conversation: ContextConversation | undefined,
  { fetched, parsed: reading }: MessageToStore,
  direction: Direction,
  { settings }: Context,
): boolean {
  if (!conversation) return true;
  const days = settings.newConversationAfterDays;
  if (days === null || direction === 'outbound' || reading.automatic) return false;
  const since = Math.max(conversation.lastMessageAt.getTime(), conversation.doneAt?.getTime() ?? 0);
  return conversation.status === 'done' && fetched.internalDate.getTime() - since > days * day;
}

function isStranger(address: string, conversation: ContextConversation, known: Context): boolean {
  if (address === '' || known.ownAddresses.has(address)) return false;
  if (known.customers.get(address)?.id === conversation.customerId) return false;
  return !known.participants.has(`${conversation.id} ${address}`);
}

/** Anybody can write that a Google Group forwarded it: outside our domains, the sender must be known as well. */
function isForeignGroup(
  { parsed: reading }: MessageToStore,
  conversation: ContextConversation,
  known: Context,
): boolean {
  const from = normalizeAddress(reading.from.address);
  if (from === reading.writer.address || known.ownDomains.has(domainOf(from))) return false;
  return isStranger(from, conversation, known);
}

function joinThread(gmailThreadId: string, conversationId: string, known: Context, plan: Changes): void {
  if (known.threads.get(gmailThreadId) === conversationId) return;
  known.threads.set(gmailThreadId, conversationId);
  plan.threads.set(gmailThreadId, conversationId);
}

function addParticipants(
  message: MessageToStore,
  direction: Direction,
  conversationId: string,
  known: Context,
  plan: Changes,
): void {
  const { parsed: reading } = message;
  const writers = direction === 'inbound' ? [reading.writer.address] : [];
  const addresses = [...writers, normalizeAddress(reading.from.address), ...recipientsOf(message)];
  for (const address of new Set(addresses.slice(0, participantsAtMost))) {
    const key = `${conversationId} ${address}`;
    if (address === '' || known.participants.has(key)) continue;
    known.participants.add(key);
    plan.participants.push({ conversationId, address });
  }
}

/** Shows the newest message in the list; one that wakes reopens what was done or snoozed. */
function bringForward(
  { fetched, parsed: reading }: MessageToStore,
  direction: Direction,
  conversation: ContextConversation,
  wakes: boolean,
  plan: Changes,
): void {
  const at = fetched.internalDate;
  const change = plan.conversations.get(conversation.id) ?? {
    created: null,
    status: conversation.status,
    reopened: false,
    quietFor: conversation.quietFor,
    lastMessageAt: conversation.lastMessageAt,
    lastMessage: null,
    lastInboundAt: null,
  };
  if (at >= conversation.lastMessageAt) {
    conversation.lastMessageAt = at;
    change.lastMessageAt = at;
    change.lastMessage = { snippet: reading.snippet, direction };
  }
  if (wakes) {
    conversation.status = 'open';
    change.status = 'open';
    change.reopened = true;
    if (!change.lastInboundAt || at > change.lastInboundAt) change.lastInboundAt = at;
  }
  plan.conversations.set(conversation.id, change);
}

function recipientsOf({ parsed: reading }: MessageToStore): string[] {
  const { to, cc, bcc } = reading.recipients;
  return [...to, ...cc, ...bcc].slice(0, participantsAtMost).map(({ address }) => normalizeAddress(address));
}
