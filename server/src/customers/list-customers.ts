import { type Kysely, sql } from 'kysely';
import { validate } from 'uuid';
import type { Schema } from '../database/generated/schema.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { toStorableText } from '../database/storable.ts';
import { customersByBeginning } from './find-by-beginning.ts';

export type CustomerRow = {
  id: string;
  name: string;
  addresses: string[];
  conversations: number;
  lastMessageAt: Date | null;
};

/**
 * A page of customers by name, all or those whose name, last name or an address begins with `search`. `after`:
 * the `next` of the page before. The time does not depend on the number of
 * customers.
 */
export async function listCustomers(
  tx: InstanceTransaction,
  { search, after, limit }: { search: string; after: string | null; limit: number },
): Promise<{ customers: CustomerRow[]; next: string | null }> {
  const db: Kysely<Schema> = tx.sql;
  const instanceId = tx.instanceId;
  const [name = '', id = '00000000-0000-0000-0000-000000000000'] = after ? readCursor(after) : [];
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
    next: rows.length > limit && last ? writeCursor(last.nameKey, last.id) : null,
  };
}

function writeCursor(nameKey: string, id: string): string {
  return Buffer.from(`${id}${nameKey}`).toString('base64url');
}

/** An invalid cursor returns the first page. */
function readCursor(text: string): [string?, string?] {
  const decoded = toStorableText(Buffer.from(text, 'base64url').toString());
  const id = decoded.slice(0, 36);
  return validate(id) ? [decoded.slice(36), id] : [];
}
