import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { updateOtherMailboxes } from '../../conversations/other-mailboxes.ts';
import { findOrCreateCustomers } from '../../customers/find-or-create-customers.ts';
import { insertRows } from '../../database/insert-rows.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { type PackedBytes, packBytes } from '../../database/pack-bytes.ts';
import { prepared, runTogether, type Statement } from '../../database/prepared-statements.ts';
import { recordEvent } from '../../events/record-event.ts';
import { returnedMessages } from '../../metrics/metrics.ts';
import { plainWords } from '../../search/plain-words.ts';
import type { Changes } from '../decide/changes.ts';
import { countedAddresses } from '../decide/counted-addresses.ts';
import { recordStored } from './record-stored.ts';
import { writeAttachments } from './write-attachments.ts';
import { writeCopies } from './write-copies.ts';

/** Writes the changes, about one statement a table, and records their events. `importId`: of imported mail (G1). */
export async function writeChanges(
  tx: InstanceTransaction,
  mailboxId: string,
  changes: Changes,
  importId: string | null,
): Promise<void> {
  const customerIds = await writeCustomers(tx, changes);
  const { instanceId } = tx;
  await runTogether(tx, [
    ...writeConversations(instanceId, mailboxId, changes, customerIds),
    ...writeAttachments(instanceId, changes),
    ...writeMessages(instanceId, mailboxId, changes, importId),
    ...writeCopies(mailboxId, changes),
    ...writeParticipants(instanceId, changes),
    ...writeReports(tx, changes),
    ...writeUnmatchedReports(instanceId, changes),
    ...writeAwaited(instanceId, changes),
    ...(importId ? [] : updateLastReceived(mailboxId, changes)),
  ]);
  await recordStored(tx, changes, { importing: importId !== null });
  for (const { messageId, conversationId } of changes.reports) {
    recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  }
}

/**
 * Returns the ids of new customers by the id in `changes`: they differ where another transaction has
 * created the customer since the context was loaded.
 */
async function writeCustomers(tx: InstanceTransaction, changes: Changes): Promise<Map<string, string>> {
  const withoutAddress = changes.customers.filter(({ address }) => address === '');
  if (withoutAddress.length > 0) {
    const customers = withoutAddress.map(({ id, name }) => ({ instanceId: tx.instanceId, id, name }));
    await runTogether(tx, [insertCustomers(customers)]);
  }
  const withAddress = changes.customers.filter(({ address }) => address !== '');
  const customerIds = await findOrCreateCustomers(tx, withAddress);
  // In one order, so that two transactions cannot deadlock.
  const renamed = changes.renamedCustomers.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, name } of renamed) {
    await tx.sql.updateTable('customer').set({ name }).where('id', '=', id).execute();
  }
  return new Map(withAddress.map(({ id, address }) => [id, customerIds.get(address)!]));
}

const insertCustomers = insertRows('customer', ['instanceId', 'id', 'name']);

function writeConversations(
  instanceId: string,
  mailboxId: string,
  changes: Changes,
  customerIds: Map<string, string>,
): Statement[] {
  const all = [...changes.conversations];
  const created = all.flatMap(([id, change]) =>
    change.created
      ? [
          {
            instanceId,
            id,
            mailboxId: changes.messages.find((one) => one.conversationId === id)?.answeredFrom ?? mailboxId,
            subject: change.created.subject,
            customerId: customerIds.get(change.created.customerId) ?? change.created.customerId,
            status: change.status,
            quietFor: change.quietFor,
            snippet: change.lastMessage?.snippet ?? '',
            lastDirection: change.lastMessage?.direction ?? ('inbound' as const),
            lastMessageAt: change.lastMessageAt,
            lastInboundAt: change.lastInboundAt,
            doneAt: change.status === 'done' ? change.lastMessageAt : null,
          },
        ]
      : [],
  );
  const changed = all
    .filter(([, change]) => !change.created)
    .map(([id, { reopened, lastMessageAt, lastMessage, lastInboundAt }]) => ({
      id,
      reopened,
      last_message_at: lastMessageAt,
      snippet: lastMessage?.snippet ?? null,
      direction: lastMessage?.direction ?? null,
      last_inbound_at: lastInboundAt,
    }));
  const threads = [...changes.threads].map(([gmailThreadId, conversationId]) => ({
    instanceId,
    mailboxId,
    gmailThreadId,
    conversationId,
  }));
  return [
    ...(created.length > 0 ? [insertConversations(created)] : []),
    ...(changed.length > 0 ? [changeConversations.with({ changes: JSON.stringify(changed) })] : []),
    ...(threads.length > 0
      ? [insertThreads(threads), updateOtherMailboxes.with({ ids: [...new Set(changes.threads.values())] })]
      : []),
  ];
}

const insertConversations = insertRows('conversation', [
  'instanceId',
  'id',
  'mailboxId',
  'subject',
  'customerId',
  'status',
  'quietFor',
  'snippet',
  'lastDirection',
  'lastMessageAt',
  'lastInboundAt',
  'doneAt',
]);

const changeConversations = prepared(
  (_, { changes }: { changes: string }) => sql`
    update conversation set
      status = case when change.reopened then 'open' else status end,
      snoozed_until = case when change.reopened then null else snoozed_until end,
      done_at = case when change.reopened then null else done_at end,
      last_message_at = change.last_message_at,
      snippet = coalesce(change.snippet, conversation.snippet),
      last_direction = coalesce(change.direction, last_direction),
      last_inbound_at = greatest(conversation.last_inbound_at, change.last_inbound_at)
    from json_to_recordset(${changes}::json) as change (
      id uuid, reopened boolean, last_message_at timestamptz, snippet text, direction text, last_inbound_at timestamptz
    )
    where conversation.id = change.id`,
);

const insertThreads = insertRows(
  'gmailThread',
  ['instanceId', 'mailboxId', 'gmailThreadId', 'conversationId'],
  // A reply long after its conversation was done moves the thread to a new conversation.
  sql`on conflict (instance_id, mailbox_id, gmail_thread_id) do update set conversation_id = excluded.conversation_id`,
);

function writeMessages(
  instanceId: string,
  mailboxId: string,
  { messages }: Changes,
  importId: string | null,
): Statement[] {
  if (messages.length === 0) return [];
  const now = new Date();
  const rows = messages.map((stored) => ({
    instanceId,
    mailboxId: stored.answeredFrom ?? mailboxId,
    imported: importId !== null,
    redactedAt: stored.message.cardsRedacted ? now : null,
    ...messageColumns(stored),
  }));
  const redactions = messages
    .filter(({ message }) => message.cardsRedacted)
    .map(({ id: messageId }) => ({ instanceId, id: uuid(), messageId, kind: 'cards', at: now }));
  return [
    passWords.with({ words: JSON.stringify(wordsOf(messages)) }),
    insertMessages(rows),
    ...(redactions.length > 0 ? [insertRedactions(redactions)] : []),
    insertRaw.with({
      instanceId,
      ids: messages.map(({ id }) => id),
      rawSizes: messages.map(({ message }) => message.fetched.size),
      ...packBytes(messages.map(({ message }) => message.zstd)),
    }),
  ];
}

/** For the trigger that enters new messages in the search index; it finds the words of the others itself. */
const passWords = prepared(
  (_, { words }: { words: string }) => sql`select set_config('postroom.words', ${words}, true)`,
);

function wordsOf(messages: Changes['messages']) {
  return messages.flatMap(({ id, message }) => {
    const words = plainWords(message.parsed.text);
    return words === null ? [] : [{ message_id: id, words }];
  });
}

function messageColumns({
  id,
  conversationId,
  direction,
  fromNewParticipant,
  isReport,
  message,
}: Changes['messages'][number]) {
  const { fetched, parsed } = message;
  const isCounted = direction === 'inbound' && !isReport;
  const counted = isCounted ? countedAddresses(message) : { writer: '', machine: '' };
  return {
    id,
    conversationId,
    direction,
    origin: 'gmail',
    ...parsed.threadingHeaders,
    threadIndex: parsed.threadIndex,
    utcOffset: parsed.utcOffset,
    fromName: parsed.from.name,
    fromAddress: parsed.from.address,
    recipients: parsed.recipients,
    subject: parsed.subject,
    sentAt: fetched.internalDate,
    bodyText: parsed.text,
    bodyHtml: parsed.html,
    ownText: parsed.ownText,
    ownHtml: parsed.ownHtml,
    snippet: parsed.snippet,
    reaction: parsed.reaction,
    unreadable: parsed.unreadable,
    protection: parsed.protection,
    invitation: parsed.invitation,
    kind: parsed.kind,
    byProgram: parsed.byProgram,
    sender: direction === 'inbound' ? parsed.sender : null,
    formReplyTo: direction === 'inbound' ? parsed.formReplyTo : null,
    deliveredTo: direction === 'inbound' ? parsed.senderClaims.deliveredTo : [],
    writerAddress: isCounted ? parsed.writer.address : '',
    countedWriter: counted.writer,
    countedMachine: counted.machine,
    fromNewParticipant,
  };
}

const insertMessages = insertRows('message', [
  'instanceId',
  'id',
  'conversationId',
  'mailboxId',
  'direction',
  'origin',
  'rfcMessageId',
  'inReplyTo',
  'references',
  'threadIndex',
  'utcOffset',
  'fromName',
  'fromAddress',
  'recipients',
  'subject',
  'sentAt',
  'bodyText',
  'bodyHtml',
  'ownText',
  'ownHtml',
  'snippet',
  'reaction',
  'unreadable',
  'protection',
  'invitation',
  'kind',
  'byProgram',
  'sender',
  'formReplyTo',
  'deliveredTo',
  'writerAddress',
  'countedWriter',
  'countedMachine',
  'fromNewParticipant',
  'imported',
  'redactedAt',
]);

const insertRedactions = insertRows('redaction', ['instanceId', 'id', 'messageId', 'kind', 'at']);

type PackedRaw = PackedBytes & { instanceId: string; ids: string[]; rawSizes: number[] };

const insertRaw = prepared(
  (_, { instanceId, ids, rawSizes, bytes, starts, sizes }: PackedRaw) => sql`
    insert into raw_message (instance_id, message_id, size, zstd)
    select ${instanceId}::uuid, id, raw_size, substring(${bytes}::bytea from start for size)
    from unnest(${ids}::uuid[], ${rawSizes}::int[], ${starts}::int[], ${sizes}::int[])
      as one (id, raw_size, start, size)`,
);

function writeParticipants(instanceId: string, { participants }: Changes): Statement[] {
  if (participants.length === 0) return [];
  return [insertParticipants(participants.map((change) => ({ instanceId, ...change })))];
}

const insertParticipants = insertRows(
  'participant',
  ['instanceId', 'conversationId', 'address'],
  sql`on conflict do nothing`,
);

function writeReports(tx: InstanceTransaction, changes: Changes): Statement[] {
  const { instanceId } = tx;
  if (changes.reports.length === 0) return [];
  const reports = changes.reports.map(({ conversationId: _, receivedAt, ...report }) => ({
    instanceId,
    id: uuid(),
    ...report,
    at: receivedAt,
  }));
  tx.afterCommit.push(() => {
    for (const { kind } of reports) returnedMessages.inc({ kind });
  });
  return [insertReports(reports)];
}

const insertReports = insertRows('deliveryReport', [
  'instanceId',
  'id',
  'messageId',
  'reportMessageId',
  'kind',
  'recipient',
  'status',
  'diagnostic',
  'reason',
  'at',
]);

function writeUnmatchedReports(instanceId: string, { unmatchedReports }: Changes): Statement[] {
  if (unmatchedReports.length === 0) return [];
  return [insertUnmatchedReports(unmatchedReports.map((one) => ({ instanceId, ...one })))];
}

const insertUnmatchedReports = insertRows('unmatchedReport', [
  'instanceId',
  'rfcMessageId',
  'reportMessageId',
  'report',
]);

function writeAwaited(instanceId: string, { awaited }: Changes): Statement[] {
  return awaited.length > 0 ? [insertAwaited(awaited.map((one) => ({ instanceId, ...one })))] : [];
}

const insertAwaited = insertRows(
  'awaitedMessage',
  ['instanceId', 'rfcMessageId', 'conversationId', 'until'],
  sql`on conflict do nothing`,
);

function updateLastReceived(mailboxId: string, changes: Changes): Statement[] {
  const inbound = [...changes.messages, ...changes.arrivedCopies].filter(
    ({ direction }) => direction === 'inbound',
  );
  if (inbound.length === 0) return [];
  const newest = new Date(Math.max(...inbound.map(({ message }) => message.fetched.internalDate.getTime())));
  return [noteReceived.with({ mailboxId, newest })];
}

const noteReceived = prepared(
  (_, { mailboxId, newest }: { mailboxId: string; newest: Date }) => sql`
    update mailbox set last_message_received_at = greatest(last_message_received_at, ${newest}::timestamptz)
    where id = ${mailboxId}::uuid`,
);
