import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';

export type Person = {
  /** Normalised. */
  address: string;
  /** The address where it is empty. */
  name: string;
  /** The id of the customer if one is created; a new one if left out. */
  id?: string;
};

/**
 * Returns the id of the customer of each address, and creates those that do not exist. One statement for
 * all of them, unless another transaction creates or deletes one of them at the same time. Call it once
 * in a transaction: addresses are locked in order, so that two transactions cannot deadlock.
 */
export async function findOrCreateCustomers(
  tx: InstanceTransaction,
  people: readonly Person[],
): Promise<Map<string, string>> {
  const customerIds = new Map<string, string>();
  let missing = people.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  while (missing.length > 0) {
    for (const { address, customerId } of await findOrCreate(tx, missing)) {
      customerIds.set(address, customerId);
    }
    missing = missing.filter(({ address }) => !customerIds.has(address));
  }
  return customerIds;
}

/**
 * Leaves out an address that another transaction inserted after this statement began: the insert waits for
 * it, but the read does not see it. The next statement does.
 */
function findOrCreate(tx: InstanceTransaction, people: readonly Person[]) {
  return insertMissing(tx, {
    instanceId: tx.instanceId,
    ids: people.map(({ id }) => id ?? uuid()),
    names: people.map(({ address, name }) => name || address),
    addresses: people.map(({ address }) => address),
  });
}

type MissingPeople = { instanceId: string; ids: string[]; names: string[]; addresses: string[] };

const insertMissing = prepared(
  (_, { instanceId, ids, names, addresses }: MissingPeople) => sql<{ address: string; customerId: string }>`
    with person as (
      select * from unnest(${ids}::uuid[], ${names}::text[], ${addresses}::text[]) as person (id, name, address)
    ), new_address as (
      insert into customer_address (instance_id, address, customer_id)
      select ${instanceId}::uuid, address, id from person
      on conflict do nothing
      returning address, customer_id
    ), new_customer as (
      insert into customer (instance_id, id, name)
      select ${instanceId}::uuid, person.id, person.name
      from person join new_address on new_address.customer_id = person.id
    )
    select address, customer_id from new_address
    union all
    select customer_address.address, customer_id from customer_address join person using (address)`,
);
