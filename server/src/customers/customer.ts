import { sql } from 'kysely';
import type { Actor } from '../audit/record-audit-entry.ts';
import type { ConversationStatus, Direction } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { checkRecipient, normalizeAddress } from '../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { type CustomerNote, customerNotes } from './customer-notes.ts';
import { lockCustomer, noSuchCustomer } from './lock-customer.ts';

export type CustomerPage = {
  customer: {
    id: string;
    name: string;
    addresses: string[];
    createdAt: Date;
    conversations: number;
    byStatus: Record<ConversationStatus, number>;
  };
  /** The newest 100. */
  notes: CustomerNote[];
  /** The customers merged into this one, newest first; each merge can be undone. */
  merges: Array<{ id: string; name: string; addresses: string[]; at: Date }>;
};

/** A customer with notes and merges. Throws a problem if it does not exist. */
export async function existingCustomer(tx: InstanceTransaction, id: string): Promise<CustomerPage> {
  const page = await openCustomer(tx, id);
  if (!page) throw new ProblemError(noSuchCustomer);
  return page;
}

/** A customer with notes and merges; null if it does not exist. */
export async function openCustomer(tx: InstanceTransaction, id: string): Promise<CustomerPage | null> {
  const customer = await tx.sql
    .selectFrom('customer')
    .where('id', '=', id)
    .select(['id', 'name', 'createdAt'])
    .executeTakeFirst();
  if (!customer) return null;
  const addresses = await tx.sql
    .selectFrom('customerAddress')
    .where('customerId', '=', id)
    .select('address')
    .orderBy('createdAt')
    .orderBy('address')
    .execute();
  const counts = await tx.sql
    .selectFrom('conversation')
    .where('customerId', '=', id)
    .groupBy('status')
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .execute();
  const byStatus = { open: 0, snoozed: 0, done: 0 };
  for (const { status, count } of counts) byStatus[status] = count;
  const { notes } = await customerNotes(tx, id, { limit: 100 });
  const merges = await tx.sql
    .selectFrom('customerMerge')
    .where('intoId', '=', id)
    .select(['id', 'formerName as name', 'addresses', 'at'])
    .orderBy('at', 'desc')
    .execute();
  return {
    customer: {
      ...customer,
      addresses: addresses.map(({ address }) => address),
      conversations: byStatus.open + byStatus.snoozed + byStatus.done,
      byStatus,
    },
    notes,
    merges,
  };
}

/**
 * Changes the name of a customer, or adds or removes an address. Throws a ProblemError if the customer does not
 * exist, an address is invalid or another customer's, or the last one would be removed.
 */
export async function changeCustomer(
  tx: InstanceTransaction,
  id: string,
  change: { name?: string | undefined; addAddress?: string | undefined; removeAddress?: string | undefined },
  actor: Actor,
): Promise<void> {
  await lockCustomer(tx, id);
  if (change.name !== undefined) {
    await tx.sql.updateTable('customer').set({ name: change.name }).where('id', '=', id).execute();
  }
  if (change.addAddress !== undefined) await addAddress(tx, id, change.addAddress);
  if (change.removeAddress !== undefined) {
    const all = await tx.sql
      .selectFrom('customerAddress')
      .where('customerId', '=', id)
      .select('address')
      .execute();
    if (all.length < 2) throw new ProblemError(lastAddress);
    await tx.sql
      .deleteFrom('customerAddress')
      .where('customerId', '=', id)
      .where('address', '=', change.removeAddress)
      .execute();
  }
  recordEvent(tx, { type: 'customer.changed', data: { customerId: id } }, actor.id);
}

async function addAddress(tx: InstanceTransaction, customerId: string, typedAddress: string): Promise<void> {
  const outcome = checkRecipient(typedAddress);
  if (outcome.kind === 'invalid') {
    throw new ProblemError(
      createProblem(400, 'invalid-address', { address: typedAddress, reason: { code: outcome.reason } }),
    );
  }
  const address = normalizeAddress(outcome.recipient.address);
  const added = await tx.sql
    .insertInto('customerAddress')
    .values({ instanceId: tx.instanceId, address, customerId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('address')
    .executeTakeFirst();
  if (added) return;
  const owner = await tx.sql
    .selectFrom('customerAddress')
    .where('address', '=', address)
    .select('customerId')
    .executeTakeFirst();
  if (owner?.customerId !== customerId) throw new ProblemError(addressTaken);
}

export type CustomerMessage = {
  id: string;
  conversationId: string;
  subject: string;
  direction: Direction;
  from: string;
  snippet: string;
  files: number;
  sentAt: Date;
};

/** A page of all messages of a customer, newest first. */
export async function customerTimeline(
  tx: InstanceTransaction,
  customerId: string,
  page: PageRequest,
): Promise<{ messages: CustomerMessage[]; next: string | null }> {
  await lockCustomer(tx, customerId);
  const query = tx.sql
    .selectFrom('message')
    .innerJoin('conversation', (join) =>
      join
        .onRef('conversation.instanceId', '=', 'message.instanceId')
        .onRef('conversation.id', '=', 'message.conversationId'),
    )
    .where('conversation.customerId', '=', customerId)
    .select([
      'message.id',
      'message.conversationId',
      'conversation.subject',
      'message.direction',
      sql<string>`coalesce(
        (select author.name from users author where author.id = message.author_id),
        nullif(message.sender -> 'writer' ->> 'name', ''), nullif(message.sender -> 'writer' ->> 'address', ''),
        nullif(message.from_name, ''), message.from_address)`.as('from'),
      'message.snippet',
      'message.sentAt',
      sql<number>`(select count(*) from attachment a where a.instance_id = message.instance_id
        and a.message_id = message.id and not a.inline)::int`.as('files'),
    ]);
  const { rows, next } = await selectPage(query, byColumn('message.sentAt', 'time', 'desc'), page);
  return { messages: rows, next };
}

const lastAddress = createProblem(409, 'last-address');
const addressTaken = createProblem(409, 'address-taken');
