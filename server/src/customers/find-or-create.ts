import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';

/**
 * The customer who writes from an address, made on the first message. `address` is normalised
 * (mail/addresses.ts); `name` names a new customer, and one so far known by address alone.
 */
export async function findOrCreateCustomer(
  tx: InstanceTransaction,
  { address, name }: { address: string; name: string },
): Promise<{ id: string; created: boolean }> {
  const known = await customerOf(tx, address);
  if (known) {
    if (name && known.name === address) {
      await tx.sql.updateTable('customer').set({ name }).where('id', '=', known.id).execute();
    }
    return { id: known.id, created: false };
  }
  const id = uuid();
  await tx.sql
    .insertInto('customer')
    .values({ instanceId: tx.instanceId, id, name: name || address })
    .execute();
  const mine = await tx.sql
    .insertInto('customerAddress')
    .values({ instanceId: tx.instanceId, address, customerId: id })
    .onConflict((conflict) => conflict.columns(['instanceId', 'address']).doNothing())
    .returning('customerId')
    .executeTakeFirst();
  if (mine) return { id, created: true };
  // Another message of the same new customer was stored meanwhile: theirs is the one.
  await tx.sql.deleteFrom('customer').where('id', '=', id).execute();
  const winner = await customerOf(tx, address);
  return { id: winner!.id, created: false };
}

function customerOf(tx: InstanceTransaction, address: string) {
  return tx.sql
    .selectFrom('customerAddress')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'customerAddress.instanceId')
        .onRef('customer.id', '=', 'customerAddress.customerId'),
    )
    .where('customerAddress.address', '=', address)
    .select(['customer.id', 'customer.name'])
    .executeTakeFirst();
}
