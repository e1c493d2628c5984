import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { createConversations } from '../conversations/create-conversations.ts';
import { refreshOtherMailboxes } from '../conversations/other-mailboxes.ts';
import { findOrCreateCustomers } from '../customers/find-or-create-customers.ts';
import { chunks } from '../database/chunks.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { returnedMessages } from '../metrics/metrics.ts';
import type { Changes } from './changes.ts';
import { countedAddresses } from './counted-addresses.ts';
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
  await writeConversations(tx, mailboxId, changes, customerIds);
  await writeMessages(tx, mailboxId, changes, importId);
  await writeCopies(tx, mailboxId, changes);
  await writeAttachments(tx, changes);
  await writeParticipants(tx, changes);
  await writeReports(tx, changes);
  await writeUnmatchedReports(tx, changes);
  await writeAwaited(tx, changes);
  if (!importId) await updateLastReceived(tx, mailboxId, changes);
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
    await tx.sql.insertInto('customer').values(customers).execute();
  }
  const withAddress = changes.customers.filter(({ address }) => address !== '');
  const customerIds = await findOrCreateCustomers(tx, withAddress);
  for (const { id, name } of changes.renamedCustomers) {
    await tx.sql.updateTable('customer').set({ name }).where('id', '=', id).execute();
  }
  return new Map(withAddress.map(({ id, address }) => [id, customerIds.get(address)!]));
}

async function writeConversations(
  tx: InstanceTransaction,
  mailboxId: string,
  changes: Changes,
  customerIds: Map<string, string>,
): Promise<void> {
  const { instanceId, sql: db } = tx;
  const all = [...changes.conversations];
  const created = all.flatMap(([id, change]) =>
    change.created
      ? [
          {
            id,
            mailboxId: changes.messages.find((one) => one.conversationId === id)?.answeredFrom ?? mailboxId,
            ...change.created,
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
  await createConversations(tx, created);
  const changed = all.filter(([, change]) => !change.created);
  if (changed.length > 0) {
    await sql`
      update conversation set
        status = case when change.reopened then 'open' else status end,
        snoozed_until = case when change.reopened then null else snoozed_until end,
        done_at = case when change.reopened then null else done_at end,
        last_message_at = change.last_message_at,
        snippet = coalesce(change.snippet, conversation.snippet),
        last_direction = coalesce(change.direction, last_direction),
        last_inbound_at = greatest(conversation.last_inbound_at, change.last_inbound_at)
      from unnest(
        ${changed.map(([id]) => id)}::uuid[],
        ${changed.map(([, { reopened }]) => reopened)}::boolean[],
        ${changed.map(([, { lastMessageAt }]) => lastMessageAt)}::timestamptz[],
        ${changed.map(([, { lastMessage }]) => lastMessage?.snippet ?? null)}::text[],
        ${changed.map(([, { lastMessage }]) => lastMessage?.direction ?? null)}::text[],
        ${changed.map(([, { lastInboundAt }]) => lastInboundAt)}::timestamptz[]
      ) as change (id, reopened, last_message_at, snippet, direction, last_inbound_at)
      where conversation.id = change.id`.execute(db);
  }
  if (changes.threads.size > 0) {
    const threads = [...changes.threads].map(([gmailThreadId, conversationId]) => ({
      instanceId,
      mailboxId,
      gmailThreadId,
      conversationId,
    }));
    await db
      .insertInto('gmailThread')
      .values(threads)
      // A reply long after its conversation was done moves the thread to a new conversation.
      .onConflict((conflict) =>
        conflict
          .columns(['instanceId', 'mailboxId', 'gmailThreadId'])
          .doUpdateSet({ conversationId: (eb) => eb.ref('excluded.conversationId') }),
      )
      .execute();
    await refreshOtherMailboxes(tx, [...new Set(changes.threads.values())]);
  }
}

async function writeMessages(
  { instanceId, sql: db }: InstanceTransaction,
  mailboxId: string,
  changes: Changes,
  importId: string | null,
): Promise<void> {
  if (changes.messages.length === 0) return;
  const now = new Date();
  await db
    .insertInto('message')
    .values(
      changes.messages.map(
        ({ id, conversationId, direction, answeredFrom, fromNewParticipant, isReport, message }) => {
          const { fetched, parsed, cardsRedacted } = message;
          const isCounted = direction === 'inbound' && !isReport;
          const counted = isCounted ? countedAddresses(message) : { writer: '', machine: '' };
          return {
            instanceId,
            id,
            conversationId,
            mailboxId: answeredFrom ?? mailboxId,
            direction,
            origin: 'gmail' as const,
            rfcMessageId: parsed.threadingHeaders.rfcMessageId,
            inReplyTo: parsed.threadingHeaders.inReplyTo,
            references: parsed.threadingHeaders.references,
            threadIndex: parsed.threadIndex,
            utcOffset: parsed.utcOffset,
            fromName: parsed.from.name,
            fromAddress: parsed.from.address,
            recipients: JSON.stringify(parsed.recipients),
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
            invitation: parsed.invitation && JSON.stringify(parsed.invitation),
            kind: parsed.kind,
            byProgram: parsed.byProgram,
            sender: direction === 'inbound' ? JSON.stringify(parsed.sender) : null,
            formReplyTo: direction === 'inbound' ? parsed.formReplyTo : null,
            deliveredTo: direction === 'inbound' ? parsed.senderClaims.deliveredTo : [],
            writerAddress: isCounted ? parsed.writer.address : '',
            countedWriter: counted.writer,
            countedMachine: counted.machine,
            fromNewParticipant,
            imported: importId !== null,
            redactedAt: cardsRedacted ? now : null,
          };
        },
      ),
    )
    .execute();
  const redacted = changes.messages.filter(({ message }) => message.cardsRedacted);
  if (redacted.length > 0) {
    await db
      .insertInto('redaction')
      .values(
        redacted.map(({ id: messageId }) => ({
          instanceId,
          id: uuid(),
          messageId,
          kind: 'cards',
          at: now,
        })),
      )
      .execute();
  }
  await db
    .insertInto('rawMessage')
    .values(
      changes.messages.map(({ id, message: { fetched, zstd } }) => ({
        instanceId,
        messageId: id,
        size: fetched.raw.length,
        zstd: Buffer.from(zstd.buffer, zstd.byteOffset, zstd.byteLength),
      })),
    )
    .execute();
}

async function writeParticipants(
  { instanceId, sql: db }: InstanceTransaction,
  changes: Changes,
): Promise<void> {
  for (const chunk of chunks(changes.participants)) {
    await db
      .insertInto('participant')
      .values(chunk.map((change) => ({ instanceId, ...change })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function writeReports(tx: InstanceTransaction, changes: Changes): Promise<void> {
  const { instanceId, sql: db } = tx;
  if (changes.reports.length === 0) return;
  const reports = changes.reports.map(({ conversationId: _, receivedAt, ...report }) => ({
    instanceId,
    id: uuid(),
    ...report,
    at: receivedAt,
  }));
  await db.insertInto('deliveryReport').values(reports).execute();
  tx.afterCommit.push(() => {
    for (const { kind } of reports) returnedMessages.inc({ kind });
  });
}

async function writeUnmatchedReports(
  { instanceId, sql: db }: InstanceTransaction,
  changes: Changes,
): Promise<void> {
  if (changes.unmatchedReports.length === 0) return;
  const unmatchedReports = changes.unmatchedReports.map(({ report, ...change }) => ({
    instanceId,
    ...change,
    report: JSON.stringify(report),
  }));
  await db.insertInto('unmatchedReport').values(unmatchedReports).execute();
}

async function writeAwaited(
  { instanceId, sql: db }: InstanceTransaction,
  { awaited }: Changes,
): Promise<void> {
  if (awaited.length === 0) return;
  await db
    .insertInto('awaitedMessage')
    .values(awaited.map((one) => ({ instanceId, ...one })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function updateLastReceived(
  { sql: db }: InstanceTransaction,
  mailboxId: string,
  changes: Changes,
): Promise<void> {
  const inbound = [...changes.messages, ...changes.arrivedCopies].filter(
    ({ direction }) => direction === 'inbound',
  );
  if (inbound.length === 0) return;
  const newest = new Date(Math.max(...inbound.map(({ message }) => message.fetched.internalDate.getTime())));
  await db
    .updateTable('mailbox')
    .set((eb) => ({
      lastMessageReceivedAt: eb.fn<Date>('greatest', ['lastMessageReceivedAt', eb.val(newest)]),
    }))
    .where('id', '=', mailboxId)
    .execute();
}
