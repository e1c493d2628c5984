import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';
import { record } from '../events/record.ts';
import type { Changes } from './changes.ts';

/** Writes what was decided, a statement a table, and records what happened. */
export async function write(tx: InstanceTransaction, mailboxId: string, plan: Changes): Promise<void> {
  await writeCustomers(tx, plan);
  await writeConversations(tx, mailboxId, plan);
  await writeMessages(tx, mailboxId, plan);
  await writeAttachments(tx, plan);
  await writeParticipants(tx, plan);
  await writeReports(tx, plan);
  await writeWaiting(tx, plan);
  await noteArrival(tx, mailboxId, plan);
  for (const { id: messageId, conversationId, direction } of plan.messages) {
    record(tx, { type: 'message.stored', data: { conversationId, messageId, direction } });
  }
  for (const { messageId, conversationId } of plan.reports) {
    record(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  }
}

async function writeCustomers({ instanceId, sql: db }: InstanceTransaction, plan: Changes): Promise<void> {
  if (plan.customers.length > 0) {
    const customers = plan.customers.map(({ id, name }) => ({ instanceId, id, name }));
    await db.insertInto('customer').values(customers).execute();
    const addresses = plan.customers.map(({ id, address }) => ({ instanceId, address, customerId: id }));
    await db.insertInto('customerAddress').values(addresses).execute();
  }
  for (const { id, name } of plan.renamedCustomers) {
    await db.updateTable('customer').set({ name }).where('id', '=', id).execute();
  }
}

async function writeConversations(
  { instanceId, sql: db }: InstanceTransaction,
  mailboxId: string,
  plan: Changes,
): Promise<void> {
  const all = [...plan.conversations];
  const made = all.flatMap(([id, one]) =>
    one.created
      ? [
          {
            instanceId,
            id,
            mailboxId,
            ...one.created,
            status: one.status,
            quietFor: one.quietFor,
            snippet: one.lastMessage?.snippet ?? '',
            lastDirection: one.lastMessage?.direction ?? ('inbound' as const),
            lastMessageAt: one.lastMessageAt,
            lastInboundAt: one.lastInboundAt,
          },
        ]
      : [],
  );
  if (made.length > 0) await db.insertInto('conversation').values(made).execute();
  const changed = all.filter(([, one]) => !one.created);
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
        ${changed.map(([, { lastMessage: front }]) => front?.snippet ?? null)}::text[],
        ${changed.map(([, { lastMessage: front }]) => front?.direction ?? null)}::text[],
        ${changed.map(([, { lastInboundAt }]) => lastInboundAt)}::timestamptz[]
      ) as change (id, reopened, last_message_at, snippet, direction, last_inbound_at)
      where conversation.id = change.id`.execute(db);
  }
  if (plan.threads.size > 0) {
    const threads = [...plan.threads].map(([gmailThreadId, conversationId]) => ({
      instanceId,
      mailboxId,
      gmailThreadId,
      conversationId,
    }));
    await db
      .insertInto('gmailThread')
      .values(threads)
      // A reply that came long after its conversation was done goes on in a new one.
      .onConflict((conflict) =>
        conflict
          .columns(['instanceId', 'mailboxId', 'gmailThreadId'])
          .doUpdateSet({ conversationId: (eb) => eb.ref('excluded.conversationId') }),
      )
      .execute();
  }
}

async function writeMessages(
  { instanceId, sql: db }: InstanceTransaction,
  mailboxId: string,
  plan: Changes,
): Promise<void> {
  if (plan.messages.length > 0) {
    const now = new Date();
    await db
      .insertInto('message')
      .values(
        plan.messages.map(
          ({
            id,
            conversationId,
            direction,
            fromNewParticipant: stranger,
            reports,
            message: { fetched, parsed: reading, cardsRedacted: withoutCards },
          }) => ({
            instanceId,
            id,
            conversationId,
            mailboxId,
            direction,
            origin: 'gmail' as const,
            rfcMessageId: reading.threadingHeaders.rfcMessageId,
            inReplyTo: reading.threadingHeaders.inReplyTo,
            references: reading.threadingHeaders.references,
            fromName: reading.from.name,
            fromAddress: reading.from.address,
            recipients: JSON.stringify(reading.recipients),
            subject: reading.subject,
            sentAt: fetched.internalDate,
            bodyText: reading.text,
            bodyHtml: reading.html,
            ownText: reading.ownText,
            ownHtml: reading.ownHtml,
            snippet: reading.snippet,
            unreadable: reading.unreadable,
            protection: reading.protection,
            invitation: reading.invitation && JSON.stringify(reading.invitation),
            kind: reading.kind,
            writerAddress: direction === 'inbound' && !reports ? reading.writer.address : '',
            stranger,
            redactedAt: withoutCards ? now : null,
          }),
        ),
      )
      .execute();
    const redacted = plan.messages.filter(({ message }) => message.cardsRedacted);
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
        plan.messages.map(({ id, message: { fetched, zstd } }) => ({
          instanceId,
          messageId: id,
          size: fetched.raw.length,
          zstd: Buffer.from(zstd.buffer, zstd.byteOffset, zstd.byteLength),
        })),
      )
      .execute();
  }
  if (plan.gmailCopies.length === 0) return;
  await sql`
    update gmail_message set message_id = copy.message_id
    from unnest(
      ${plan.gmailCopies.map(({ gmailId }) => gmailId)}::text[],
      ${plan.gmailCopies.map(({ messageId }) => messageId)}::uuid[]
    ) as copy (gmail_id, message_id)
    where gmail_message.mailbox_id = ${mailboxId} and gmail_message.gmail_id = copy.gmail_id`.execute(db);
}

async function writeAttachments({ instanceId, sql: db }: InstanceTransaction, plan: Changes): Promise<void> {
  const attachments = plan.messages.flatMap(({ id: messageId, message: { parsed: reading } }) =>
    reading.attachments.map(({ bytes, ...attachment }, position) => ({
      bytes,
      row: {
        instanceId,
        id: uuid(),
        messageId,
        position,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest(),
        ...attachment,
      },
    })),
  );
  // In one order whoever stores them: two who store the same ones must not wait for each other.
  const blobs = attachments.toSorted((a, b) => a.row.sha256.compare(b.row.sha256));
  for (const some of slices(blobs)) {
    await db
      .insertInto('blob')
      .values(some.map(({ bytes, row: { sha256 } }) => ({ instanceId, sha256, bytes: Buffer.from(bytes) })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (const some of slices(attachments)) {
    await db
      .insertInto('attachment')
      .values(some.map(({ row }) => row))
      .execute();
  }
}

async function writeParticipants({ instanceId, sql: db }: InstanceTransaction, plan: Changes): Promise<void> {
  for (const some of slices(plan.participants)) {
    await db
      .insertInto('participant')
      .values(some.map((one) => ({ instanceId, ...one })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function writeReports({ instanceId, sql: db }: InstanceTransaction, plan: Changes): Promise<void> {
  if (plan.reports.length === 0) return;
  const reports = plan.reports.map(({ conversationId: _, ...report }) => ({
    instanceId,
    id: uuid(),
    ...report,
  }));
  await db.insertInto('deliveryReport').values(reports).execute();
}

async function writeWaiting({ instanceId, sql: db }: InstanceTransaction, plan: Changes): Promise<void> {
  if (plan.unmatchedReports.length === 0) return;
  const waiting = plan.unmatchedReports.map(({ report, ...one }) => ({
    instanceId,
    ...one,
    report: JSON.stringify(report),
  }));
  await db.insertInto('waitingReport').values(waiting).execute();
}

async function noteArrival(
  { sql: db }: InstanceTransaction,
  mailboxId: string,
  plan: Changes,
): Promise<void> {
  const inbound = plan.messages.filter(({ direction }) => direction === 'inbound');
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

/** Postgres takes 65,535 values a statement; a bomb may have more parts than that. */
function* slices<Item>(items: Item[], size = 2_000): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
