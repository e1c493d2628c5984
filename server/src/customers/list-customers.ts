import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { type PageRequest, readCursor, writeCursor } from '../database/paging.ts';
import { customersByBeginning } from './find-by-beginning.ts';

export type CustomerRow = {
  id: string;
  name: string;
  addresses: string[];
  conversations: number;
  lastMessageAt: Date | null;
};

/**
 * A page of customers by name, all or those whose name, last name or an address begins with `search`. The time does not
 * depend on the number of customers.
 */
export async function listCustomers(
  tx: InstanceTransaction,
  { search, after, limit }: PageRequest & { search: string },
): Promise<{ customers: CustomerRow[]; next: string | null }> {
  const db: Kysely<Schema> = tx.sql;
  const instanceId = tx.instanceId;
  const [name, id] =
    after === undefined ? ['', '00000000-0000-0000-0000-000000000000'] : readCursor(after, ['text', 'uuid']);
  const found =
    search.trim() === ''
      ? sql`select id, name, name_key from customer where instance_id = ${instanceId}`
      : sql`select id, name, name_key from customer where instance_id = ${instanceId}
          and id in (${customersByBeginning(instanceId, search)})`;
  const { rows } = await sql<CustomerRow & { nameKey: string }>`
    select page.id, page.name, page.name_key,
      (select coalesce(array_agg(address order by created_at, address), '{}') from customer_address
        where instance_id = ${instanceId} and customer_id = page.id) as addresses,
      (select count(*)::int from conversation where instance_id = ${instanceId} and customer_id = page.id) as conversations,
      (select max(last_message_at) from conversation where instance_id = ${instanceId} and customer_id = page.id) as last_message_at
    from (
      select * from (${found}) found where (name_key, id) > (${name}, ${id}::uuid)
      order by name_key, id limit ${limit + 1}
    ) page order by page.name_key, page.id`.execute(db);
  const customers = rows.slice(0, limit);
  const last = customers.at(-1);
  return {
    customers: customers.map(({ nameKey: _nameKey, ...row }) => row),
    next: rows.length > limit && last ? writeCursor([last.nameKey, last.id]) : null,
  };
}
