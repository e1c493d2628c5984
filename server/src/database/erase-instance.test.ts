import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eraseInstance } from './erase-instance.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

test('an instance is deleted in slices, and what is written meanwhile with it', async () => {
  const { deployment, database } = fixture;
  const { id: instanceId } = await createInstance(deployment, { slug: 'a', name: 'A', kind: 'production' });
  const addCustomers = (count: number) =>
    database.inInstance(instanceId, (tx) =>
      tx.sql
        .insertInto('customer')
        .values(Array.from({ length: count }, () => ({ instanceId, id: uuid(), name: 'Ana' })))
        .execute(),
    );
  const countCustomers = async () => {
    const { rows } = await deployment.pool.query('select count(*)::int as count from customer');
    return rows[0].count;
  };
  await addCustomers(5);
  const counts = new Set<number>();
  for await (const _slice of eraseInstance(deployment, instanceId, 2)) {
    counts.add(await countCustomers());
    if (counts.has(0) && !counts.has(7)) {
      // A request that had begun before the deletion.
      await addCustomers(7);
      counts.add(7);
    }
  }
  expect([...counts].slice(0, 5)).toEqual([5, 3, 1, 0, 7]);
  expect(await countCustomers()).toBe(0);
  const { rowCount } = await deployment.pool.query('select from instance');
  expect(rowCount).toBe(0);
});
