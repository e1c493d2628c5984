import { candidateMessageIds } from '../../conversations/delivery-reports.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { runTogether } from '../../database/prepared-statements.ts';
import { addressesOf, normalizeAddress } from '../../mail/mime/addresses.ts';
import { type Context, type ContextMessage, customerKey, participantKey } from '../decide/context.ts';
import { countedAddresses } from '../decide/counted-addresses.ts';
import { referencedIds } from '../decide/referenced-ids.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import * as rows from './context-rows.ts';
import type { InstanceContext } from './instance-context.ts';
import { type CountedAddress, countsOf, type KnownCounts } from './limit-conflicts.ts';
import { peopleWithoutAddress } from './lock-threads.ts';

/** Loads what decide.ts needs for these messages of one mailbox, in three round trips for all of them. */
export async function loadContext(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
  instance: InstanceContext,
  { importing, addresses: limited }: { importing: boolean; addresses: CountedAddress[] },
): Promise<{ context: Context; counts: KnownCounts }> {
  const gmailThreadIds = messages.map(({ fetched }) => fetched.gmailThreadId);
  const [threads, inThreads, contextMessages, awaiting] = await runTogether(tx, [
    rows.threads.with({ mailboxId, gmailThreadIds }),
    rows.conversationsInThreads.with({ mailboxId, gmailThreadIds }),
    rows.messages.with({ mailboxId, ...citedBy(messages) }),
    rows.conversationsAwaiting.with({
      rfcMessageIds: messages.flatMap(({ parsed }) => parsed.threadingHeaders.rfcMessageId ?? []),
    }),
  ]);
  const conversationIds = [
    ...new Set([...threads, ...inThreads, ...contextMessages].map(({ conversationId }) => conversationId)),
  ];
  const people = messages.flatMap(({ parsed: { writer, addressee, from } }) => [
    writer.address,
    addressee.address,
    normalizeAddress(from.address),
  ]);
  const addresses = [...new Set(people)];
  const counted = messages.map(countedAddresses);
  const names = namesWithoutAddress(messages);
  const [conversations, customers, participants, sentInLastHour, counts, [deleted], customersByName] =
    await runTogether(tx, [
      // Those that will join a conversation of these messages are locked with the others, in one order.
      rows.lockedConversations.with({
        ids: [...conversationIds, ...awaiting.map(({ conversationId }) => conversationId)],
        quietFor: counted.flatMap(({ writer, machine }) => [writer, machine]),
      }),
      rows.customers.with({ addresses }),
      rows.participants.with({ conversationIds, addresses }),
      rows.sentInLastHour.with({
        gmailIds: messages.map(({ fetched }) => fetched.gmailId),
        writers: counted.map(({ writer }) => writer),
        machines: counted.map(({ machine }) => machine),
        times: messages.map(({ fetched }) => fetched.internalDate),
        ofWriter: instance.settings.messagesPerHour,
        ofMachine: instance.settings.formMessagesPerHour,
      }),
      countsOf(limited),
      rows.deletedCustomers.with({}),
      // The senders of most mail have an address.
      ...(names.length > 0 ? [rows.customersByName.with({ names })] : []),
    ]);
  const context: Context = {
    ...instance,
    importing,
    hasDeletedCustomers: deleted?.some ?? false,
    threads: new Map(threads.map(({ gmailThreadId, conversationId }) => [gmailThreadId, conversationId])),
    conversationsInThread: Map.groupBy(inThreads, ({ gmailThreadId }) => gmailThreadId),
    messages: contextMessages.map(toContextMessage),
    conversations: new Map(conversations.map((row) => [row.id, row])),
    customers: new Map([
      ...customers.map(({ address, ...customer }) => [address, customer] as const),
      // Of several, the oldest comes last and remains.
      ...(customersByName ?? []).map((one) => [customerKey({ name: one.name, address: '' }), one] as const),
    ]),
    participants: new Set(
      participants.map(({ conversationId, address }) => participantKey(conversationId, address)),
    ),
    sentInLastHour: new Map(sentInLastHour.map(({ gmailId, ...sent }) => [gmailId, sent])),
    timesInBatch: new Map(),
  };
  return { context, counts: limited.map((one, at) => ({ ...one, ...counts[at]! })) };
}

/** What the stored messages are found by that these are copies of, cite, or may report on. */
function citedBy(messages: MessageToStore[]) {
  const ownIds = new Set<string>();
  const rfcIds = new Set<string>();
  const ids = new Set<string>();
  const answeredThreads = new Set<string>();
  for (const { fetched, parsed } of messages) {
    const { threadingHeaders, report } = parsed;
    if (threadingHeaders.rfcMessageId) ownIds.add(threadingHeaders.rfcMessageId);
    if (parsed.deliveryId) ids.add(parsed.deliveryId);
    for (const id of referencedIds(threadingHeaders)) rfcIds.add(id);
    if (report || parsed.autoSubmitted) answeredThreads.add(fetched.gmailThreadId);
    if (!report) continue;
    for (const id of candidateMessageIds(report, threadingHeaders)) rfcIds.add(id);
    if (report.deliveryId) ids.add(report.deliveryId);
  }
  return {
    ownIds: [...ownIds],
    rfcIds: [...new Set([...ownIds, ...rfcIds])],
    ids: [...ids],
    answeredThreads: [...answeredThreads],
  };
}

function toContextMessage({ recipients, fromAddress, text, ...row }: rows.MessageRow): ContextMessage {
  return {
    ...row,
    text: text === null ? null : text.trim(),
    fromAddress: normalizeAddress(fromAddress),
    recipients: addressesOf(recipients),
  };
}

function namesWithoutAddress(messages: MessageToStore[]): string[] {
  return messages.flatMap(peopleWithoutAddress).flatMap(({ name }) => (name === '' ? [] : [name]));
}
