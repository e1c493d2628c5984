import { sql } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { findAlias } from '../mailboxes/aliases.ts';
import { createProblem, ProblemError } from '../problems.ts';
import type { ListedRecipient } from './parse-recipient-list.ts';
import { createUnsubscribeToken } from './unsubscribe.ts';

/** The content of a bulk message, and the mailbox that sends it, from an alias unless that is null. */
export type BulkContent = { mailboxId: string; alias?: string | null; subject: string; html: string };

/** Creates a bulk message with the caller's id. A repeated request changes nothing. */
export async function createBulk(
  tx: InstanceTransaction,
  id: string,
  content: BulkContent,
  author: Actor,
): Promise<void> {
  const sender = await senderOf(tx, content);
  const created = await tx.sql
    .insertInto('bulkMessage')
    .values({ instanceId: tx.instanceId, id, authorId: author.id, ...content, html: cleanHtml(content.html) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!created) return;
  const { subject } = content;
  await audit(tx, author, { action: 'bulk.created', subject, after: { sender, subject } });
  recordBulkChanged(tx, id);
}

/** It saves itself while it is written: as often as this, a change by the same person is put into the audit log. */
const noteEveryMs = 10 * 60_000;

/** Changes the content of a bulk message that was not started. What is sent in the end is in the entry of its start. */
export async function changeBulk(
  tx: InstanceTransaction,
  id: string,
  content: BulkContent,
  actor: Actor,
): Promise<void> {
  const current = await lockDraft(tx, id);
  const sender = await senderOf(tx, content);
  const values = { ...content, html: cleanHtml(content.html) };
  const before = { sender: current.alias ?? current.address, subject: current.subject, html: current.html };
  const change = changedFields(before, { sender, subject: values.subject, html: values.html });
  if (!change) return;
  const now = new Date();
  const isNoted =
    current.changeNotedFor === actor.id && now.getTime() - +current.changeNotedAt! < noteEveryMs;
  await tx.sql
    .updateTable('bulkMessage')
    .set({ ...values, ...(!isNoted && { changeNotedAt: now, changeNotedFor: actor.id }) })
    .where('id', '=', id)
    .execute();
  if (!isNoted) await audit(tx, actor, { action: 'bulk.changed', subject: current.subject, ...change });
  recordBulkChanged(tx, id);
}

/** The fields that differ, before and after; null if none does. */
function changedFields(current: Record<string, string>, is: Record<string, string>) {
  const names = Object.keys(is).filter((name) => current[name] !== is[name]);
  if (names.length === 0) return null;
  const of = (all: Record<string, string>) => Object.fromEntries(names.map((name) => [name, all[name]]));
  return { before: of(current), after: of(is) };
}

/** Deletes a bulk message that was not started. */
export async function deleteBulk(tx: InstanceTransaction, id: string, actor: Actor): Promise<void> {
  const { subject } = await lockDraft(tx, id);
  await tx.sql.deleteFrom('bulkMessage').where('id', '=', id).execute();
  await audit(tx, actor, { action: 'bulk.deleted', subject });
  recordBulkChanged(tx, id);
}

/** More recipients than this would take weeks within Google's limits. */
export const maxRecipients = 50_000;
const insertBatchSize = 5_000;

/** Throws a ProblemError if a bulk message may not have so many recipients. */
export function assertNotTooMany(recipients: number): void {
  if (recipients > maxRecipients) throw new ProblemError(tooMany);
}

/**
 * Adds recipients to a bulk message: each address once, without those who unsubscribed. Returns how many
 * were added, were in it already (`there`), or have unsubscribed.
 */
export async function addRecipients(
  tx: InstanceTransaction,
  id: string,
  listed: ListedRecipient[],
  actor: Actor,
): Promise<{ added: number; there: number; unsubscribed: number }> {
  const { subject } = await lockDraft(tx, id);
  const { last, count } = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', id)
    .select((eb) => [eb.fn.max('position').as('last'), eb.fn.countAll<number>().as('count')])
    .executeTakeFirstOrThrow();
  assertNotTooMany(count + listed.length);
  let added = 0;
  let unsubscribed = 0;
  for (let offset = 0; offset < listed.length; offset += insertBatchSize) {
    const batch = listed.slice(offset, offset + insertBatchSize);
    const unsubscribedAddresses = await findUnsubscribed(
      tx,
      batch.map(({ address }) => address),
    );
    unsubscribed += batch.filter(({ address }) => unsubscribedAddresses.has(address)).length;
    const toInsert = batch.filter(({ address }) => !unsubscribedAddresses.has(address));
    if (toInsert.length === 0) continue;
    // As one value: a statement with five thousand rows of values takes long to compile.
    const values = toInsert.map(({ address, name, fields }, index) => ({
      position: (last ?? 0) + offset + index + 1,
      address,
      name,
      fields,
      token: createUnsubscribeToken(),
    }));
    const { rows } = await sql`
      insert into bulk_recipient (instance_id, bulk_id, position, address, name, fields, token)
      select ${tx.instanceId}, ${id}, position, address, name, fields, token
      from jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
        as listed (position integer, address text, name text, fields jsonb, token text)
      on conflict (instance_id, bulk_id, address) do nothing
      returning position`.execute(tx.sql);
    added += rows.length;
  }
  if (added > 0) await auditRecipients(tx, actor, subject, { before: count, after: count + added });
  recordBulkChanged(tx, id);
  return { added, there: listed.length - unsubscribed - added, unsubscribed };
}

/** Removes the recipient at a position, or all if it is null. */
export async function removeRecipients(
  tx: InstanceTransaction,
  id: string,
  position: number | null,
  actor: Actor,
): Promise<void> {
  const { subject } = await lockDraft(tx, id);
  let query = tx.sql.deleteFrom('bulkRecipient').where('bulkId', '=', id);
  if (position !== null) query = query.where('position', '=', position);
  const removedCount = Number((await query.executeTakeFirst()).numDeletedRows);
  if (removedCount === 0) return;
  const { left } = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', id)
    .select((eb) => eb.fn.countAll<number>().as('left'))
    .executeTakeFirstOrThrow();
  await auditRecipients(tx, actor, subject, { before: left + removedCount, after: left });
  recordBulkChanged(tx, id);
}

/** Records the number of recipients and no names: the audit log outlives deleted customers. */
async function auditRecipients(
  tx: InstanceTransaction,
  actor: Actor,
  subject: string,
  { before, after }: { before: number; after: number },
): Promise<void> {
  await audit(tx, actor, {
    action: 'bulk.recipients-changed',
    subject,
    before: { recipients: before },
    after: { recipients: after },
  });
}

/** The addresses among these that have unsubscribed. */
export async function findUnsubscribed(tx: InstanceTransaction, addresses: string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const rows = await tx.sql
    .selectFrom('unsubscribed')
    .where(sql<boolean>`address = any(${addresses}::text[])`)
    .select('address')
    .execute();
  return new Set(rows.map(({ address }) => address));
}

/** Notifies open pages that a bulk message changed. */
export function recordBulkChanged(tx: InstanceTransaction, bulkId: string): void {
  recordEvent(tx, { type: 'bulk.changed', data: { bulkId } });
}

/** Locks a bulk message. Throws a ProblemError once it has been started. */
async function lockDraft(tx: InstanceTransaction, id: string) {
  const row = await tx.sql
    .selectFrom('bulkMessage')
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'bulkMessage.instanceId')
        .onRef('mailbox.id', '=', 'bulkMessage.mailboxId'),
    )
    .where('bulkMessage.id', '=', id)
    .select(['state', 'subject', 'html', 'alias', 'mailbox.address', 'changeNotedAt', 'changeNotedFor'])
    .forUpdate('bulkMessage')
    .executeTakeFirst();
  if (!row) throw new ProblemError(noSuchBulk);
  if (row.state !== 'draft') throw new ProblemError(alreadyStarted);
  return row;
}

/** The address that sends it. Throws a ProblemError if it is not connected, or if Gmail does not accept the alias. */
async function senderOf(
  tx: InstanceTransaction,
  { mailboxId, alias = null }: Pick<BulkContent, 'mailboxId' | 'alias'>,
): Promise<string> {
  const row = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['id', 'address', 'sendAs'])
    .executeTakeFirst();
  if (!row) throw new ProblemError(noSuchMailbox);
  return (await findAlias(tx, row, alias))?.address ?? row.address;
}

export const noSuchBulk = createProblem(404, 'no-such-bulk-message');
const alreadyStarted = createProblem(409, 'bulk-started');
const noSuchMailbox = createProblem(404, 'no-such-mailbox');
const tooMany = createProblem(400, 'too-many-recipients', { limit: maxRecipients });
