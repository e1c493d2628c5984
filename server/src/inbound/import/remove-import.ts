import { sql } from 'kysely';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import type { Locks } from '../../database/session-locks.ts';
import { deleteUnusedBlobs } from '../../drafts/blobs.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { ImportRef } from './import-state.ts';

/** Why a conversation with imported messages stays, in the order in which it is judged. */
const reasons = ['answered', 'redacted', 'joined', 'used'] as const;
type Reason = (typeof reasons)[number];
type Judged = { id: string; customerId: string; reason: Reason | null };

/** How many conversations are removed in one transaction. */
const sliceSize = 50;

/**
 * Removes what an import brought in, a few conversations at a time; goes on where another process stopped. A
 * conversation stays if somebody answered it, if it has other mail than this import's, if people work with it, or
 * if a message in it was deleted or redacted, which a later import must not bring back. The import counts both.
 */
export async function removeImport(
  deps: { database: Database; locks: Locks },
  ref: ImportRef,
  signal: AbortSignal,
): Promise<void> {
  await deps.locks.tryLock(`import ${ref.mailboxId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    while (!stop.aborted && (await deps.database.inInstance(ref.instanceId, (tx) => removeSlice(tx, ref))));
  });
}

/** Removes the next conversations. False if there are no more, or the import is not being removed. */
async function removeSlice(tx: InstanceTransaction, ref: ImportRef): Promise<boolean> {
  const { importId, mailboxId } = ref;
  const found = await tx.sql
    .selectFrom('mailboxImport')
    .where('id', '=', importId)
    .where('state', '=', 'removing')
    .select(['removedUpTo', 'createdAt'])
    .forUpdate()
    .executeTakeFirst();
  if (!found) return false;
  const judged = await judge(tx, importId, found.removedUpTo);
  const removable = judged.filter(({ reason }) => reason === null);
  const removedMessages = await deleteConversations(tx, removable, found.createdAt);
  const keptFor = (reason: Reason) => judged.filter((one) => one.reason === reason).length;
  const last = judged.at(-1);
  await tx.sql
    .updateTable('mailboxImport')
    .set((eb) => ({
      removedMessages: eb('removedMessages', '+', removedMessages),
      removedConversations: eb('removedConversations', '+', removable.length),
      keptAnswered: eb('keptAnswered', '+', keptFor('answered')),
      keptRedacted: eb('keptRedacted', '+', keptFor('redacted')),
      keptJoined: eb('keptJoined', '+', keptFor('joined')),
      keptUsed: eb('keptUsed', '+', keptFor('used')),
      ...(last ? { removedUpTo: last.id } : { state: 'removed' as const, finishedAt: new Date() }),
    }))
    .where('id', '=', importId)
    .execute();
  if (!last) recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } });
  return last !== undefined;
}

/** Locks the next conversations with messages of an import and says of each why it stays, if it does. */
async function judge(tx: InstanceTransaction, importId: string, after: string | null): Promise<Judged[]> {
  const locked = await sql<{ id: string }>`
    select id from conversation
    where id in (
      select distinct message.conversation_id from gmail_message
      join message on message.instance_id = gmail_message.instance_id and message.id = gmail_message.message_id
      where gmail_message.import_id = ${importId}
        and (${after}::uuid is null or message.conversation_id > ${after}::uuid)
      order by message.conversation_id limit ${sliceSize}
    ) order by id for update`.execute(tx.sql);
  const ids = locked.rows.map(({ id }) => id);
  // A second statement, so that it sees what was stored while this one waited for the locks.
  const { rows } = await sql<Judged>`
    select c.id, c.customer_id as "customerId", case
      when exists (
        select from message m where m.conversation_id = c.id and m.origin = 'postroom' and m.direction = 'outbound'
      ) then 'answered'
      when exists (
        select from message m where m.conversation_id = c.id and (m.deleted_at is not null or exists (
          select from redaction r where r.message_id = m.id and r.kind <> 'cards'))
      ) then 'redacted'
      when exists (
        select from message m where m.conversation_id = c.id and m.direction <> 'note' and not exists (
          select from gmail_message g where g.message_id = m.id and g.import_id = ${importId})
      ) or exists (
        select from message m join gmail_message g on g.message_id = m.id
        where m.conversation_id = c.id and g.import_id is distinct from ${importId}
      ) then 'joined'
      when c.status <> 'done' or c.assignee_id is not null
        or exists (select from message m where m.conversation_id = c.id and m.direction = 'note')
        or exists (select from draft d where d.conversation_id = c.id)
        or exists (select from conversation_tag t where t.conversation_id = c.id)
        or exists (select from conversation_event e where e.conversation_id = c.id and e.actor_id is not null)
      then 'used'
    end as reason
    from conversation c where c.id = any(${ids}::uuid[]) order by c.id`.execute(tx.sql);
  return rows;
}

/** Deletes conversations, their files, and the customers that came with the import and have nothing else. */
async function deleteConversations(
  tx: InstanceTransaction,
  removable: Judged[],
  importedSince: Date,
): Promise<number> {
  if (removable.length === 0) return 0;
  const ids = removable.map(({ id }) => id);
  const files = await tx.sql
    .selectFrom('attachment')
    .innerJoin('message', 'message.id', 'attachment.messageId')
    .where('message.conversationId', 'in', ids)
    .select('attachment.sha256')
    .distinct()
    .execute();
  // Without their keys a later import can bring the messages in again.
  await tx.sql
    .deleteFrom('gmailMessage')
    .where('messageId', 'in', (eb) =>
      eb.selectFrom('message').where('conversationId', 'in', ids).select('id'),
    )
    .execute();
  const messages = await tx.sql
    .deleteFrom('message')
    .where('conversationId', 'in', ids)
    .returning('id')
    .execute();
  await tx.sql.deleteFrom('conversation').where('id', 'in', ids).execute();
  await deleteUnusedBlobs(
    tx,
    files.map(({ sha256 }) => sha256),
  );
  await deleteIdleCustomers(tx, removable, importedSince);
  for (const conversationId of ids) {
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
  }
  return messages.length;
}

async function deleteIdleCustomers(
  tx: InstanceTransaction,
  removed: Judged[],
  importedSince: Date,
): Promise<void> {
  const customerIds = [...new Set(removed.map(({ customerId }) => customerId))];
  await sql`
    delete from customer where id = any(${customerIds}::uuid[]) and created_at >= ${importedSince}
      and not exists (select from conversation c where c.customer_id = customer.id)
      and not exists (select from customer_note n where n.customer_id = customer.id)
      and not exists (select from customer_merge m where m.into_id = customer.id)`.execute(tx.sql);
}
