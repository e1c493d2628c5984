import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase } from '../testing/database.ts';
import { prepared } from './prepared.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

test('a query put together once is asked with the values of each time, in the instance of each time', async () => {
  let built = 0;
  const named = prepared((db, { name, id }: { name: string; id: string }) => {
    built += 1;
    return db
      .selectFrom('shortcut')
      .where('name', '=', name)
      .where('id', '!=', id)
      .where('name', 'in', ['one', 'two'])
      .select(['name', 'changedAt']);
  });
  const add = prepared((db, row: { instanceId: string; id: string; name: string }) =>
    db
      .insertInto('shortcut')
      .values({ instanceId: row.instanceId, id: row.id, name: row.name, html: '<p>x</p>' }),
  );
  const [a, b] = await Promise.all(
    ['a', 'b'].map((slug) => createInstance(database.deployment, { slug, name: slug, kind: 'sandbox' })),
  );
  for (const name of ['one', 'two', 'three']) {
    await database.database.inInstance(a!.id, (tx) => add(tx, { instanceId: a!.id, id: uuid(), name }));
  }
  const ask = (instanceId: string, name: string) =>
    database.database.inInstance(instanceId, (tx) => named(tx, { name, id: uuid() }));
  expect(await ask(a!.id, 'one')).toMatchObject([{ name: 'one', changedAt: expect.any(Date) }]);
  expect((await ask(a!.id, 'two')).map(({ name }) => name)).toEqual(['two']);
  expect(await ask(a!.id, 'three')).toEqual([]);
  expect(await ask(b!.id, 'one')).toEqual([]);
  expect(built).toBe(1);
});
