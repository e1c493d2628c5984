import { sql } from 'kysely';
import type { Direction, Recipients } from '../../database/column-types.ts';
import { prepared } from '../../database/prepared-statements.ts';
import type { SentInLastHour } from '../decide/counted-addresses.ts';

// The statements of load-context.ts, each with one text for any number of messages.

export const threads = prepared((db, { mailboxId, gmailThreadIds }: InMailbox) =>
  db
    .selectFrom('gmailThread')
    .where('mailboxId', '=', mailboxId)
    .where('gmailThreadId', '=', sql<string>`any(${gmailThreadIds}::text[])`)
    .select(['gmailThreadId', 'conversationId']),
);

type InMailbox = { mailboxId: string; gmailThreadIds: string[] };

/** All conversations that have messages of these Gmail threads. */
export const conversationsInThreads = prepared((db, { mailboxId, gmailThreadIds }: InMailbox) =>
  db
    .selectFrom('gmailMessage')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
        .onRef('message.id', '=', 'gmailMessage.messageId'),
    )
    .where('gmailMessage.mailboxId', '=', mailboxId)
    .where('gmailMessage.gmailThreadId', '=', sql<string>`any(${gmailThreadIds}::text[])`)
    .select(['gmailMessage.gmailThreadId', 'message.conversationId', 'message.formReplyTo'])
    .distinct(),
);

export type MessageRow = {
  id: string;
  rfcMessageId: string | null;
  conversationId: string;
  direction: Direction;
  fromAddress: string;
  writerAddress: string;
  throughList: boolean;
  recipients: Recipients;
  text: string | null;
  redacted: boolean;
  imported: boolean;
  inThisMailbox: boolean;
};

type Cited = {
  mailboxId: string;
  ownIds: string[];
  rfcIds: string[];
  ids: string[];
  answeredThreads: string[];
};

/**
 * `answeredThreads`: what was sent in the conversations of these Gmail threads. Oldest first. It is worded so that each
 * row is found by its key however few rows the statistics know: of a join Postgres may read all messages of the instance.
 */
export const messages = prepared(
  (_, { mailboxId, ownIds, rfcIds, ids, answeredThreads }: Cited) => sql<MessageRow>`
    select id, rfc_message_id, conversation_id, direction, from_address, writer_address, kind = 'list' as through_list,
      recipients,
      case when rfc_message_id = any(${ownIds}::text[]) then coalesce(own_text, body_text) end as text,
      redacted_at is not null as redacted, imported,
      ${mailboxId}::uuid = any(array(
        select gmail_message.mailbox_id from gmail_message where gmail_message.message_id = message.id
      )) as in_this_mailbox
    from message
    where id = any(${ids}::uuid[]
      || array(select cited.id from message cited where cited.rfc_message_id = any(${rfcIds}::text[]))
      || array(
        select sent.id from gmail_thread cross join lateral (
          select id from message
          where message.conversation_id = gmail_thread.conversation_id and direction = 'outbound' offset 0
        ) sent
        where gmail_thread.mailbox_id = ${mailboxId}::uuid
          and gmail_thread.gmail_thread_id = any(${answeredThreads}::text[])
      ))
    order by created_at`,
);

export const conversationsAwaiting = prepared((db, { rfcMessageIds }: { rfcMessageIds: string[] }) =>
  db
    .selectFrom('awaitedMessage')
    .where('rfcMessageId', '=', sql<string>`any(${rfcMessageIds}::text[])`)
    .select('conversationId'),
);

/** Locked in the order of their ids, so that two transactions cannot deadlock. */
export const lockedConversations = prepared((db, { ids, quietFor }: { ids: string[]; quietFor: string[] }) =>
  db
    .selectFrom('conversation')
    .where((eb) =>
      eb.or([
        eb('id', '=', sql<string>`any(${ids}::uuid[])`),
        eb('quietFor', '=', sql<string>`any(${quietFor}::text[])`),
      ]),
    )
    .select(['id', 'customerId', 'status', 'lastMessageAt', 'quietFor', 'doneAt', 'assigneeId'])
    .orderBy('id')
    .forUpdate(),
);

export const customers = prepared((db, { addresses }: { addresses: string[] }) =>
  db
    .selectFrom('customerAddress')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'customerAddress.instanceId')
        .onRef('customer.id', '=', 'customerAddress.customerId'),
    )
    .where('customerAddress.address', '=', sql<string>`any(${addresses}::text[])`)
    .select(['customerAddress.address', 'customer.id', 'customer.name']),
);

/** Customers without an address, the newest first. */
export const customersByName = prepared((db, { names }: { names: string[] }) =>
  db
    .selectFrom('customer')
    // An index has the folded names.
    .where(
      'nameKey',
      '=',
      sql<string>`any(array(select fold_letters(one) from unnest(${names}::text[]) one))`,
    )
    .where('name', '=', sql<string>`any(${names}::text[])`)
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
    .orderBy('createdAt', 'desc'),
);

type Taking = { conversationIds: string[]; addresses: string[] };

export const participants = prepared((db, { conversationIds, addresses }: Taking) =>
  db
    .selectFrom('participant')
    .where('conversationId', '=', sql<string>`any(${conversationIds}::uuid[])`)
    .where('address', '=', sql<string>`any(${addresses}::text[])`)
    .select(['conversationId', 'address']),
);

type CountedRow = SentInLastHour & { gmailId: string };
type Counted = {
  gmailIds: string[];
  writers: string[];
  machines: string[];
  times: Date[];
  ofWriter: number;
  ofMachine: number;
};

/** How many stored messages are of the hour before each message; each count stops at its limit. */
export const sentInLastHour = prepared(
  (_, { gmailIds, writers, machines, times, ofWriter, ofMachine }: Counted) => sql<CountedRow>`
    select asked.gmail_id, (
      select count(*)::int from (
        select from message
        where counted_writer = asked.writer and counted_writer <> ''
          and sent_at > asked.at - interval '1 hour' and sent_at <= asked.at
        limit ${ofWriter}
      ) sent
    ) as writer, (
      select count(*)::int from (
        select from message
        where counted_machine = asked.machine and counted_machine <> ''
          and sent_at > asked.at - interval '1 hour' and sent_at <= asked.at
        limit ${ofMachine}
      ) sent
    ) as machine
    from unnest(${gmailIds}::text[], ${writers}::text[], ${machines}::text[], ${times}::timestamptz[])
      as asked (gmail_id, writer, machine, at)`,
);

/** Read last: see store-messages.ts. */
export const deletedCustomers = prepared(
  () => sql<{ some: boolean }>`select exists (select from deleted_mail_key) as some`,
);
