import { sql } from 'kysely';
import { candidateMessageIds } from '../conversations/delivery-reports.ts';
import type { ConversationStatus, Direction, SendAs } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { defaultMessagesPerHour } from '../instances/receiving-settings.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';
import { referencedIds } from './lock-threads.ts';
import type { MessageToStore } from './message-to-store.ts';

export type ContextMessage = {
  id: string;
  rfcMessageId: string | null;
  conversationId: string;
  direction: Direction;
  /** Normalised. */
  fromAddress: string;
  /** To, Cc and Bcc, normalised. */
  recipients: string[];
  /** Whether a copy of it is known in the mailbox being read. */
  inThisMailbox: boolean;
  /** What it says, without quoted history and signature; only where its Message-ID comes again. */
  text: string | null;
  /** Something was taken out of it here, so that its words tell nothing about a copy. */
  redacted: boolean;
};

export type ContextConversation = {
  id: string;
  customerId: string;
  status: ConversationStatus;
  lastMessageAt: Date;
  quietFor: string | null;
  doneAt: Date | null;
  assigneeId: string | null;
};

/** What an instance knows that decides about messages; decisions add what they make (decide.ts). */
export type Context = {
  settings: { messagesPerHour: number; newConversationAfterDays: number | null; redactCards: boolean };
  /** Somebody chose to be told of new conversations that nobody has taken. */
  notifyUnassigned: boolean;
  /** The addresses of our mailboxes, their aliases and our users, normalised. */
  ownAddresses: Set<string>;
  /** The domains of our mailboxes: a Google Group there is ours. */
  ownDomains: Set<string>;
  /** Conversation by Gmail thread of this mailbox. */
  threads: Map<string, string>;
  /** Oldest first. */
  messages: ContextMessage[];
  conversations: Map<string, ContextConversation>;
  customers: Map<string, { id: string; name: string }>;
  /** `conversation address` of those who take part. */
  participants: Set<string>;
  /** How many messages each writer sent in the hour before each message, by Gmail id; counted up to the limit. */
  sentInLastHour: Map<string, number>;
  /** When each writer's messages decided together came, in milliseconds since the epoch. */
  timesInBatch: Map<string, number[]>;
};

/** Learns what is needed to decide about these messages of one mailbox, in a few queries for all. */
export async function loadContext(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
): Promise<Context> {
  const threads = await threadsOf(tx, mailboxId, messages);
  const contextMessages = await messagesOf(tx, mailboxId, messages, threads);
  const conversationIds = [
    ...new Set([...threads.values(), ...contextMessages.map(({ conversationId }) => conversationId)]),
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
  const conversations = await conversationsOf(tx, conversationIds, people);
  return {
    ...(await loadInstanceContext(tx)),
    threads,
    messages: contextMessages,
    conversations,
    customers: await customersOf(tx, people),
    participants: await participantsOf(tx, conversationIds, people),
    sentInLastHour: await countInLastHour(tx, messages),
    timesInBatch: new Map(),
  };
}

async function loadInstanceContext(
  tx: InstanceTransaction,
): Promise<Pick<Context, 'settings' | 'notifyUnassigned' | 'ownAddresses' | 'ownDomains'>> {
  const row = await tx.sql
    .selectNoFrom((eb) => [
      eb
        .selectFrom('mailbox')
        .select(sql<string[]>`coalesce(array_agg(address), '{}')`.as('addresses'))
        .as('mailboxes'),
      eb
        .selectFrom('mailbox')
        .select(sql<SendAs[][]>`coalesce(jsonb_agg(send_as), '[]')`.as('lists'))
        .as('sendAs'),
      eb.selectFrom('users').select(sql<string[]>`coalesce(array_agg(email), '{}')`.as('emails')).as('users'),
      eb.selectFrom('instanceSetting').select('messagesPerHour').as('messagesPerHour'),
      eb.selectFrom('instanceSetting').select('newConversationAfterDays').as('newConversationAfterDays'),
      eb.selectFrom('instanceSetting').select('redactCards').as('redactCards'),
      eb
        .exists(eb.selectFrom('notificationPreference').where('unassigned', '!=', 'none').select('userId'))
        .as('notifyUnassigned'),
    ])
    .executeTakeFirstOrThrow();
  const aliases = (row.sendAs ?? []).flat().flatMap(({ address, accepted }) => (accepted ? [address] : []));
  return {
    settings: {
      messagesPerHour: row.messagesPerHour ?? defaultMessagesPerHour,
      newConversationAfterDays: row.newConversationAfterDays ?? null,
      redactCards: row.redactCards ?? false,
    },
    notifyUnassigned: Boolean(row.notifyUnassigned),
    ownDomains: new Set((row.mailboxes ?? []).map((address) => domainOf(normalizeAddress(address)))),
    ownAddresses: new Set([...(row.mailboxes ?? []), ...aliases, ...(row.users ?? [])].map(normalizeAddress)),
  };
}

/** What stands behind the @. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
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

/** Those that these messages are, cite or may report about. */
async function messagesOf(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
  threads: Map<string, string>,
): Promise<ContextMessage[]> {
  const ownIds = new Set<string>();
  const rfcIds = new Set<string>();
  const ids = new Set<string>();
  const reportedThreads = new Set<string>();
  for (const { fetched, parsed } of messages) {
    const { threadingHeaders, report } = parsed;
    if (threadingHeaders.rfcMessageId) ownIds.add(threadingHeaders.rfcMessageId);
    if (parsed.deliveryId) ids.add(parsed.deliveryId);
    for (const id of referencedIds(threadingHeaders)) rfcIds.add(id);
    if (!report) continue;
    for (const id of candidateMessageIds(report, threadingHeaders)) rfcIds.add(id);
    if (report.deliveryId) ids.add(report.deliveryId);
    const thread = threads.get(fetched.gmailThreadId);
    if (thread) reportedThreads.add(thread);
  }
  if (ownIds.size + rfcIds.size + ids.size + reportedThreads.size === 0) return [];
  const rows = await tx.sql
    .selectFrom('message')
    .where((eb) =>
      eb.or([
        eb('rfcMessageId', '=', sql<string>`any(${[...ownIds, ...rfcIds]})`),
        eb('id', '=', sql<string>`any(${[...ids]}::uuid[])`),
        ...(reportedThreads.size > 0
          ? [
              eb.and([
                eb('conversationId', '=', sql<string>`any(${[...reportedThreads]}::uuid[])`),
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
      >`case when rfc_message_id = any(${[...ownIds]}) then coalesce(own_text, body_text) end`.as('words'),
      sql<boolean>`redacted_at is not null`.as('redacted'),
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
  return rows.map(({ recipients: { to, cc, bcc }, fromAddress, inThisMailbox, words: text, ...row }) => ({
    ...row,
    text: text === null ? null : text.trim(),
    fromAddress: normalizeAddress(fromAddress),
    recipients: [...to, ...cc, ...bcc].map(({ address }) => normalizeAddress(address)),
    inThisMailbox: Boolean(inThisMailbox),
  }));
}

/** Locked, in one order whoever asks: two who store at once must not wait for each other. */
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

async function participantsOf(tx: InstanceTransaction, conversationIds: string[], addresses: string[]) {
  if (conversationIds.length === 0) return new Set<string>();
  const rows = await tx.sql
    .selectFrom('participant')
    .where('conversationId', '=', sql<string>`any(${conversationIds}::uuid[])`)
    .where('address', '=', sql<string>`any(${addresses})`)
    .select(['conversationId', 'address'])
    .execute();
  return new Set(rows.map(({ conversationId, address }) => `${conversationId} ${address}`));
}

async function countInLastHour(
  tx: InstanceTransaction,
  messages: MessageToStore[],
): Promise<Map<string, number>> {
  const inbound = messages.filter(({ fetched }) => !fetched.labels.includes('SENT'));
  if (inbound.length === 0) return new Map();
  const { rows } = await sql<{ gmailId: string; count: number }>`
    select asked.gmail_id, (
      select count(*)::int from (
        select from message
        where direction = 'inbound' and writer_address = asked.writer
          and sent_at > asked.at - interval '1 hour' and sent_at <= asked.at
        limit coalesce((select messages_per_hour from instance_setting), ${defaultMessagesPerHour})
      ) counted
    ) as count
    from unnest(
      ${inbound.map(({ fetched }) => fetched.gmailId)}::text[],
      ${inbound.map(({ parsed }) => parsed.writer.address)}::text[],
      ${inbound.map(({ fetched }) => fetched.internalDate)}::timestamptz[]
    ) as asked (gmail_id, writer, at)`.execute(tx.sql);
  return new Map(rows.map(({ gmailId, count }) => [gmailId, count]));
}
