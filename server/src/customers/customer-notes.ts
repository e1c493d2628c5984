import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { lockCustomer } from './lock-customer.ts';

/** What colleagues know about a customer; `author` is null once that person's account is deleted. */
export type CustomerNote = {
  id: string;
  body: string;
  author: { id: string; name: string } | null;
  createdAt: Date;
};

const newestFirst = byColumn('customerNote.createdAt', 'time', 'desc');

/** A page of the notes about a customer, newest first; none for an unknown customer. */
export async function customerNotes(
  tx: InstanceTransaction,
  customerId: string,
  page: PageRequest,
): Promise<{ notes: CustomerNote[]; next: string | null }> {
  const query = tx.sql
    .selectFrom('customerNote')
    .leftJoin('users', 'users.id', 'customerNote.authorId')
    .where('customerNote.customerId', '=', customerId)
    .select([
      'customerNote.id',
      'body',
      'users.id as authorId',
      'users.name as authorName',
      'customerNote.createdAt',
    ]);
  const { rows, next } = await selectPage(query, newestFirst, page);
  const notes = rows.map(({ authorId, authorName, ...note }) => ({
    ...note,
    author: authorId && authorName ? { id: authorId, name: authorName } : null,
  }));
  return { notes, next };
}

/** Adds a note about a customer. Throws a ProblemError if the customer does not exist. */
export async function addCustomerNote(
  tx: InstanceTransaction,
  { customerId, body, authorId, now }: { customerId: string; body: string; authorId: string; now: Date },
): Promise<void> {
  await lockCustomer(tx, customerId);
  await tx.sql
    .insertInto('customerNote')
    .values({ instanceId: tx.instanceId, id: uuid(), customerId, authorId, body, createdAt: now })
    .execute();
  recordEvent(tx, { type: 'customer.changed', data: { customerId } }, authorId);
}

/** Deletes a note about a customer; does nothing if it does not exist. */
export async function deleteCustomerNote(
  tx: InstanceTransaction,
  { customerId, noteId }: { customerId: string; noteId: string },
  actor: Actor,
): Promise<void> {
  await lockCustomer(tx, customerId);
  const gone = await tx.sql
    .deleteFrom('customerNote')
    .where('id', '=', noteId)
    .where('customerId', '=', customerId)
    .returning('id')
    .executeTakeFirst();
  if (!gone) return;
  await audit(tx, actor, {
    action: 'customer.note-deleted',
    subject: 'A note about a customer',
    after: { customerId },
  });
  recordEvent(tx, { type: 'customer.changed', data: { customerId } }, actor.id);
}
