import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { customersByBeginning } from './find-by-beginning.ts';

export type FoundCustomer = { id: string; name: string; address: string };

const maxResults = 10;
/** Customers whose name, last name or address begins with `query`, one row per address, at most 10. */
export async function findCustomers(tx: InstanceTransaction, query: string): Promise<FoundCustomer[]> {
  if (query.trim() === '') return [];
  const db: Kysely<Schema> = tx.sql;
  const { rows } = await sql<FoundCustomer>`
    with found as (${customersByBeginning(tx.instanceId, query, maxResults)})
    select customer.id, customer.name, customer_address.address
    from found
    join customer on customer.id = found.id
    join customer_address on customer_address.customer_id = customer.id
    order by customer.name_key, customer_address.address
    limit ${maxResults}`.execute(db);
  return rows;
}
