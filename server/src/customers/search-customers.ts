import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

export type FoundCustomer = { id: string; name: string; address: string };

const maxResults = 10;
/** Sorts after every character: the strings with a prefix are the range from it to it plus this. */
const prefixRangeEnd = '\u{10ffff}';

/**
 * Customers whose name, last name or address begins with `query`, one row per address, at most 10. Each
 * condition is a range of an index and no function call, because row-level security would not use the index
 * for one.
 */
export async function findCustomers(tx: InstanceTransaction, query: string): Promise<FoundCustomer[]> {
  const from = query.trim().toLowerCase();
  if (from === '') return [];
  const until = `${from}${prefixRangeEnd}`;
  const db: Kysely<Schema> = tx.sql;
  const { rows } = await sql<FoundCustomer>`
    with found as (
      (select id from customer where instance_id = ${tx.instanceId} and name_key >= ${from} and name_key < ${until}
        order by name_key limit ${maxResults})
      union
      (select id from customer where instance_id = ${tx.instanceId} and last_name_key >= ${from} and last_name_key < ${until}
        order by last_name_key limit ${maxResults})
      union
      (select customer_id from customer_address where instance_id = ${tx.instanceId}
        and address collate "C" >= ${from} and address collate "C" < ${until}
        order by address collate "C" limit ${maxResults})
    )
    select customer.id, customer.name, customer_address.address
    from found
    join customer on customer.id = found.id
    join customer_address on customer_address.customer_id = customer.id
    order by customer.name_key, customer_address.address
    limit ${maxResults}`.execute(db);
  return rows;
}
