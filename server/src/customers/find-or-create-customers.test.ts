import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { findOrCreateCustomers, type Person } from './find-or-create-customers.ts';

let fixture: TestDatabase;
let instanceId: string;
beforeAll(async () => {
  fixture = await openTestDatabase();
  const instance = { slug: 'acme', name: 'Acme', kind: 'production' } as const;
  instanceId = (await createInstance(fixture.deployment, instance)).id;
});
afterAll(() => fixture?.close());

const findOrCreate = (people: Person[]) =>
  fixture.database.inInstance(instanceId, (tx) => findOrCreateCustomers(tx, people));
const customers = () =>
  fixture.database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('customer')
      .leftJoin('customerAddress', 'customerAddress.customerId', 'customer.id')
      .select(['customer.id', 'name', 'address'])
      .orderBy('address')
      .execute(),
  );

test('finds existing customers and creates the others, each once', async () => {
  const id = uuid();
  const first = await findOrCreate([{ address: 'ana@far.example', name: 'Ana', id }]);
  expect(first).toEqual(new Map([['ana@far.example', id]]));
  const second = await findOrCreate([
    { address: 'ben@far.example', name: '' },
    { address: 'ana@far.example', name: 'Somebody else', id: uuid() },
    { address: 'ben@far.example', name: 'Ben' },
  ]);
  expect(second.get('ana@far.example')).toBe(id);
  expect(await customers()).toEqual([
    { id, name: 'Ana', address: 'ana@far.example' },
    {
      id: second.get('ben@far.example'),
      name: 'ben@far.example',
      address: 'ben@far.example',
    },
  ]);
  expect(await findOrCreate([])).toEqual(new Map());
});

test('transactions at once for the same addresses get the same customers', async () => {
  const addresses = Array.from({ length: 20 }, (_, n) => `customer-${n}@far.example`);
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      findOrCreate((n % 2 ? addresses.toReversed() : addresses).map((address) => ({ address, name: '' }))),
    ),
  );
  for (const result of results) expect([...result].sort()).toEqual([...results[0]!].sort());
  // No customer is left without an address.
  expect((await customers()).filter(({ address }) => address === null)).toEqual([]);
});
