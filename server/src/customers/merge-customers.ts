import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { lockCustomer } from './lock-customer.ts';

/**
 * Merges a customer into another: addresses, conversations and notes move to the other one, and the first is
 * deleted. What `unmergeCustomer` needs to undo it is kept. Throws a ProblemError if the two are the same or
 * one does not exist.
 */
export async function mergeCustomer(
  tx: InstanceTransaction,
  { fromId, intoId }: { fromId: string; intoId: string },
  actor: Actor,
  now: Date,
): Promise<void> {
  if (fromId === intoId) throw new ProblemError(sameCustomer);
  // Locked in the order of their ids: two merges at once cannot deadlock.
  for (const id of [fromId, intoId].sort()) await lockCustomer(tx, id);
  const from = await lockCustomer(tx, fromId);
  const addresses = await tx.sql
    .updateTable('customerAddress')
    .set({ customerId: intoId })
    .where('customerId', '=', fromId)
    .returning('address')
    .execute();
  const conversations = await tx.sql
    .updateTable('conversation')
    .set({ customerId: intoId })
    .where('customerId', '=', fromId)
    .returning('id')
    .execute();
  const notes = await tx.sql
    .updateTable('customerNote')
    .set({ customerId: intoId })
    .where('customerId', '=', fromId)
    .returning('id')
    .execute();
  // Earlier merges into it can still be undone.
  await tx.sql.updateTable('customerMerge').set({ intoId }).where('intoId', '=', fromId).execute();
  await tx.sql.deleteFrom('customer').where('id', '=', fromId).execute();
  await tx.sql
    .insertInto('customerMerge')
    .values({
      instanceId: tx.instanceId,
      id: uuid(),
      intoId,
      formerId: fromId,
      formerName: from.name,
      formerCreatedAt: from.createdAt,
      addresses: addresses.map(({ address }) => address),
      conversationIds: conversations.map(({ id }) => id),
      noteIds: notes.map(({ id }) => id),
      byId: actor.id,
      at: now,
    })
    .execute();
  await audit(tx, actor, { action: 'customer.merged', subject: 'Two customers', after: { fromId, intoId } });
  recordChanges(tx, [fromId, intoId], conversations, actor);
}

/**
 * Undoes a merge: creates the former customer again with what it had, as far as the other one still has it.
 * Throws a ProblemError if the merge does not exist.
 */
export async function unmergeCustomer(
  tx: InstanceTransaction,
  { customerId, mergeId }: { customerId: string; mergeId: string },
  actor: Actor,
): Promise<void> {
  await lockCustomer(tx, customerId);
  const merge = await tx.sql
    .deleteFrom('customerMerge')
    .where('id', '=', mergeId)
    .where('intoId', '=', customerId)
    .returningAll()
    .executeTakeFirst();
  if (!merge) throw new ProblemError(noSuchMerge);
  const { formerId: id, formerName: name, formerCreatedAt: createdAt } = merge;
  await tx.sql.insertInto('customer').values({ instanceId: tx.instanceId, id, name, createdAt }).execute();
  const formerCustomer = { customerId: id };
  if (merge.addresses.length > 0) {
    await tx.sql
      .updateTable('customerAddress')
      .set(formerCustomer)
      .where('customerId', '=', customerId)
      .where('address', 'in', merge.addresses)
      .execute();
  }
  if (merge.noteIds.length > 0) {
    await tx.sql
      .updateTable('customerNote')
      .set(formerCustomer)
      .where('customerId', '=', customerId)
      .where('id', 'in', merge.noteIds)
      .execute();
  }
  const conversations =
    merge.conversationIds.length === 0
      ? []
      : await tx.sql
          .updateTable('conversation')
          .set(formerCustomer)
          .where('customerId', '=', customerId)
          .where('id', 'in', merge.conversationIds)
          .returning('id')
          .execute();
  await audit(tx, actor, {
    action: 'customer.unmerged',
    subject: 'Two customers',
    after: { fromId: id, intoId: customerId },
  });
  recordChanges(tx, [id, customerId], conversations, actor);
}

function recordChanges(
  tx: InstanceTransaction,
  customerIds: string[],
  conversations: Array<{ id: string }>,
  actor: Actor,
): void {
  for (const customerId of customerIds) {
    recordEvent(tx, { type: 'customer.changed', data: { customerId } }, actor.id);
  }
  for (const { id: conversationId } of conversations) {
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } }, actor.id);
  }
}

const sameCustomer = createProblem(400, 'same-customer');
const noSuchMerge = createProblem(404, 'no-such-customer-merge');
