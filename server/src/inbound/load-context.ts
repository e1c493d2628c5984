import { sql } from 'kysely';
import { candidateMessageIds } from '../conversations/delivery-reports.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { defaultReceivingSettings } from '../instances/receiving-settings.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';
import type { ownAddresses } from '../mailboxes/own-addresses.ts';
import { type Context, type ContextMessage, customerKey, participantKey } from './context.ts';
import { countedAddresses } from './counted-addresses.ts';
import { countInLastHour } from './hourly-limit.ts';
import { referencedIds } from './lock-threads.ts';
import { loadOwnMailboxes } from './own-mailboxes.ts';
import type { MessageToStore } from './parse-message.ts';

/** Loads what decide.ts needs for these messages of one mailbox, in a few queries for all of them. */
export async function loadContext(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
  own: Awaited<ReturnType<typeof ownAddresses>>,
  { importing }: { importing: boolean },
): Promise<Context> {
  const threads = await threadsOf(tx, mailboxId, messages);
  const contextMessages = await messagesOf(tx, mailboxId, messages, threads);
  const conversationsInThread = await conversationsInThreads(tx, mailboxId, messages);
  const conversationIds = [
    ...new Set([
      ...threads.values(),
      ...[...conversationsInThread.values()].flat().map(({ conversationId }) => conversationId),
      ...contextMessages.map(({ conversationId }) => conversationId),
    ]),
  ];
  const people = [
    ...new Set(
      messages.flatMap(({ parsed: { writer, addressee, from } }) => [
        writer.address,
        addressee.address,
        normalizeAddress(from.address),
      ]),
    ),
  ];
  const counted = messages.map(countedAddresses).flatMap(({ writer, machine }) => [writer, machine]);
  // Those that will join a conversation of these messages are locked with the others, in one order.
  const awaiting = await conversationsAwaiting(tx, messages);
  const conversations = await conversationsOf(tx, [...conversationIds, ...awaiting], counted);
  const instance = await loadInstanceContext(tx, own);
  return {
    ...instance,
    importing,
    mailboxes: await loadOwnMailboxes(tx),
    threads,
    conversationsInThread,
    messages: contextMessages,
    conversations,
    customers: new Map([...(await customersOf(tx, people)), ...(await customersByName(tx, messages))]),
    participants: await participantsOf(tx, conversationIds, people),
    sentInLastHour: await countInLastHour(tx, messages, instance.settings),
    timesInBatch: new Map(),
  };
}

async function loadInstanceContext(
  tx: InstanceTransaction,
  own: Awaited<ReturnType<typeof ownAddresses>>,
): Promise<
  Pick<Context, 'settings' | 'notifyUnassigned' | 'hasDeletedCustomers' | 'ownAddresses' | 'ownDomains'>
> {
  const row = await tx.sql
    .selectNoFrom((eb) => [
      eb.selectFrom('users').select(sql<string[]>`coalesce(array_agg(email), '{}')`.as('emails')).as('users'),
      eb.selectFrom('instanceSetting').select('messagesPerHour').as('messagesPerHour'),
      eb.selectFrom('instanceSetting').select('formMessagesPerHour').as('formMessagesPerHour'),
      eb.selectFrom('instanceSetting').select('newConversationAfterDays').as('newConversationAfterDays'),
      eb.selectFrom('instanceSetting').select('redactCards').as('redactCards'),
      eb
        .exists(eb.selectFrom('notificationPreference').where('unassigned', '!=', 'none').select('userId'))
        .as('notifyUnassigned'),
      eb.exists(eb.selectFrom('deletedMailKey').select('key')).as('hasDeletedCustomers'),
    ])
    .executeTakeFirstOrThrow();
  const users = new Set((row.users ?? []).map(normalizeAddress));
  return {
    settings: {
      messagesPerHour: row.messagesPerHour ?? defaultReceivingSettings.messagesPerHour,
      formMessagesPerHour: row.formMessagesPerHour ?? defaultReceivingSettings.formMessagesPerHour,
      newConversationAfterDays: row.newConversationAfterDays ?? null,
      redactCards: row.redactCards ?? false,
    },
    notifyUnassigned: Boolean(row.notifyUnassigned),
    hasDeletedCustomers: Boolean(row.hasDeletedCustomers),
    ownDomains: own.domains,
    ownAddresses: { has: (address) => own.has(address) || users.has(address) },
  };
}

async function threadsOf(tx: InstanceTransaction, mailboxId: string, messages: MessageToStore[]) {
  const rows = await tx.sql
    .selectFrom('gmailThread')
    .where('mailboxId', '=', mailboxId)
    .where(
      'gmailThreadId',
      'in',
      messages.map(({ fetched }) => fetched.gmailThreadId),
    )
    .select(['gmailThreadId', 'conversationId'])
    .execute();
  return new Map(rows.map(({ gmailThreadId, conversationId }) => [gmailThreadId, conversationId]));
}

/** All conversations that have messages of these messages' Gmail threads. */
async function conversationsInThreads(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
): Promise<Context['conversationsInThread']> {
  const threadIds = messages.map(({ fetched }) => fetched.gmailThreadId);
  const rows = await tx.sql
    .selectFrom('gmailMessage')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
        .onRef('message.id', '=', 'gmailMessage.messageId'),
    )
    .where('gmailMessage.mailboxId', '=', mailboxId)
    .where('gmailMessage.gmailThreadId', 'in', threadIds)
    .select(['gmailMessage.gmailThreadId', 'message.conversationId', 'message.formReplyTo'])
    .distinct()
    .execute();
  return Map.groupBy(rows, ({ gmailThreadId }) => gmailThreadId);
}

/** The stored messages that these are copies of, cite, or may report on. */
async function messagesOf(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
  threads: Map<string, string>,
): Promise<ContextMessage[]> {
  const ownIds = new Set<string>();
  const rfcIds = new Set<string>();
  const ids = new Set<string>();
  const answeredThreads = new Set<string>();
  for (const { fetched, parsed } of messages) {
    const { threadingHeaders, report } = parsed;
    if (threadingHeaders.rfcMessageId) ownIds.add(threadingHeaders.rfcMessageId);
    if (parsed.deliveryId) ids.add(parsed.deliveryId);
    for (const id of referencedIds(threadingHeaders)) rfcIds.add(id);
    const thread = threads.get(fetched.gmailThreadId);
    if (thread && (report || parsed.autoSubmitted)) answeredThreads.add(thread);
    if (!report) continue;
    for (const id of candidateMessageIds(report, threadingHeaders)) rfcIds.add(id);
    if (report.deliveryId) ids.add(report.deliveryId);
  }
  if (ownIds.size + rfcIds.size + ids.size + answeredThreads.size === 0) return [];
  const rows = await tx.sql
    .selectFrom('message')
    .where((eb) =>
      eb.or([
        eb('rfcMessageId', '=', sql<string>`any(${[...ownIds, ...rfcIds]})`),
        eb('id', '=', sql<string>`any(${[...ids]}::uuid[])`),
        ...(answeredThreads.size > 0
          ? [
              eb.and([
                eb('conversationId', '=', sql<string>`any(${[...answeredThreads]}::uuid[])`),
                eb('direction', '=', 'outbound'),
              ]),
            ]
          : []),
      ]),
    )
    .select((eb) => [
      'id',
      'rfcMessageId',
      'conversationId',
      'direction',
      'fromAddress',
      'recipients',
      sql<
        string | null
      >`case when rfc_message_id = any(${[...ownIds]}) then coalesce(own_text, body_text) end`.as('text'),
      sql<boolean>`redacted_at is not null`.as('redacted'),
      'imported',
      eb
        .exists(
          eb
            .selectFrom('gmailMessage')
            .whereRef('gmailMessage.messageId', '=', 'message.id')
            .where('gmailMessage.mailboxId', '=', mailboxId)
            .select('gmailMessage.gmailId'),
        )
        .as('inThisMailbox'),
    ])
    .orderBy('createdAt')
    .execute();
  return rows.map(({ recipients: { to, cc, bcc }, fromAddress, inThisMailbox, text, ...row }) => ({
    ...row,
    text: text === null ? null : text.trim(),
    fromAddress: normalizeAddress(fromAddress),
    recipients: [...to, ...cc, ...bcc].map(({ address }) => normalizeAddress(address)),
    inThisMailbox: Boolean(inThisMailbox),
  }));
}

async function conversationsAwaiting(tx: InstanceTransaction, messages: MessageToStore[]): Promise<string[]> {
  const ids = messages.flatMap(({ parsed }) => parsed.threadingHeaders.rfcMessageId ?? []);
  const rows = await tx.sql
    .selectFrom('awaitedMessage')
    .where('rfcMessageId', '=', sql<string>`any(${ids}::text[])`)
    .select('conversationId')
    .execute();
  return rows.map(({ conversationId }) => conversationId);
}

/** Locked in the order of their ids, so that two transactions cannot deadlock. */
async function conversationsOf(tx: InstanceTransaction, ids: string[], quietFor: string[]) {
  const rows = await tx.sql
    .selectFrom('conversation')
    .where((eb) =>
      eb.or([
        eb('id', '=', sql<string>`any(${ids}::uuid[])`),
        eb('quietFor', '=', sql<string>`any(${quietFor})`),
      ]),
    )
    .select(['id', 'customerId', 'status', 'lastMessageAt', 'quietFor', 'doneAt', 'assigneeId'])
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

async function customersOf(tx: InstanceTransaction, addresses: string[]) {
  const rows = await tx.sql
    .selectFrom('customerAddress')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'customerAddress.instanceId')
        .onRef('customer.id', '=', 'customerAddress.customerId'),
    )
    .where('customerAddress.address', '=', sql<string>`any(${addresses})`)
    .select(['customerAddress.address', 'customer.id', 'customer.name'])
    .execute();
  return new Map(rows.map(({ address, ...customer }) => [address, customer]));
}

/** Customers without an address, by name; no query for mail whose senders all have one. */
async function customersByName(tx: InstanceTransaction, messages: MessageToStore[]) {
  const names = messages
    .flatMap(({ parsed: { writer, addressee } }) => [writer, addressee])
    .flatMap(({ name, address }) => (address === '' && name !== '' ? [name] : []));
  if (names.length === 0) return [];
  const rows = await tx.sql
    .selectFrom('customer')
    .where('name', 'in', names)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('customerAddress')
            .whereRef('customerAddress.instanceId', '=', 'customer.instanceId')
            .whereRef('customerAddress.customerId', '=', 'customer.id')
            .select('address'),
        ),
      ),
    )
    .select(['id', 'name'])
    .orderBy('createdAt', 'desc')
    .execute();
  // Of several, the oldest comes last and remains.
  return rows.map((customer) => [customerKey({ name: customer.name, address: '' }), customer] as const);
}

async function participantsOf(tx: InstanceTransaction, conversationIds: string[], addresses: string[]) {
  if (conversationIds.length === 0) return new Set<string>();
  const rows = await tx.sql
    .selectFrom('participant')
    .where('conversationId', '=', sql<string>`any(${conversationIds}::uuid[])`)
    .where('address', '=', sql<string>`any(${addresses})`)
    .select(['conversationId', 'address'])
    .execute();
  return new Set(rows.map(({ conversationId, address }) => participantKey(conversationId, address)));
}
