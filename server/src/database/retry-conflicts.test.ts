import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import type { InstanceTransaction } from './instance-transaction.ts';

let fixture: TestDatabase;
let instanceId: string;
const customers = [uuid(), uuid()] as const;

beforeAll(async () => {
  fixture = await openTestDatabase();
  const created = await createInstance(fixture.deployment, { slug: 'a', name: 'A', kind: 'production' });
  instanceId = created.id;
  await fixture.database.inInstance(instanceId, (tx) =>
    tx.sql
      .insertInto('customer')
      .values(customers.map((id) => ({ instanceId, id, name: '' })))
      .execute(),
  );
});
afterAll(() => fixture?.close());

const appendTo = (tx: InstanceTransaction, id: string, letter: string) =>
  tx.sql
    .updateTable('customer')
    .set((eb) => ({ name: eb('name', '||', letter) }))
    .where('id', '=', id)
    .execute();

test('of two transactions in a deadlock both succeed, each once', async () => {
  const [first, second] = customers;
  let locked = 0;
  let bothLocked = () => {};
  const whenBothLocked = new Promise<void>((resolve) => {
    bothLocked = resolve;
  });
  let attempts = 0;
  const change = (letter: string, from: string, to: string) =>
    fixture.database.inInstance(instanceId, async (tx) => {
      attempts += 1;
      await appendTo(tx, from, letter);
      locked += 1;
      if (locked === 2) bothLocked();
      await whenBothLocked;
      await appendTo(tx, to, letter);
    });
  await Promise.all([change('a', first, second), change('b', second, first)]);
  // One more for each deadlock: on a busy machine the one that is run again may lock its row before the other wakes.
  expect(attempts).toBeGreaterThanOrEqual(3);
  const rows = await fixture.database.inInstance(instanceId, (tx) =>
    tx.sql.selectFrom('customer').select('name').execute(),
  );
  expect(rows.map(({ name }) => [...name].sort().join(''))).toEqual(['ab', 'ab']);
});

test('any other error is thrown at once', async () => {
  let attempts = 0;
  const failing = fixture.database.inInstance(instanceId, async (tx) => {
    attempts += 1;
    await tx.sql.insertInto('customer').values({ instanceId, id: customers[0], name: '' }).execute();
  });
  await expect(failing).rejects.toThrow('duplicate key');
  expect(attempts).toBe(1);
});
