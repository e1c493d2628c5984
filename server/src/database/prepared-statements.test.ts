import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase } from '../testing/database.ts';
import { connect } from './connect.ts';
import { bindToInstances } from './instance-transaction.ts';
import { prepared } from './prepared-statements.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

test('a query is compiled once and runs with new values in each instance', async () => {
  let built = 0;
  const named = prepared((db, { name, id }: { name: string; id: string }) => {
    built += 1;
    return db
      .selectFrom('savedReply')
      .where('name', '=', name)
      .where('id', '!=', id)
      .where('name', 'in', ['one', 'two'])
      .select(['name', 'changedAt']);
  });
  const add = prepared((db, row: { instanceId: string; id: string; name: string }) =>
    db
      .insertInto('savedReply')
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

test('a prepared plan shows each instance its own rows', async () => {
  const shortcuts = prepared((db, { name }: { name: string }) =>
    db.selectFrom('savedReply').where('name', '=', name).select('instanceId'),
  );
  const one = connect(database.deployment.connection, { max: 1 });
  try {
    const bound = bindToInstances(one);
    const instances = await Promise.all(
      ['c', 'd'].map((slug) => createInstance(database.deployment, { slug, name: slug, kind: 'sandbox' })),
    );
    for (const { id: instanceId } of instances) {
      const row = { instanceId, id: uuid(), name: 'both', html: '' };
      await bound.inInstance(instanceId, (tx) => tx.sql.insertInto('savedReply').values(row).execute());
    }
    // Postgres uses custom plans for the first five executions and may then use one generic plan.
    for (let time = 0; time < 8; time += 1) {
      for (const { id: instanceId } of instances) {
        const rows = await bound.inInstance(instanceId, (tx) => shortcuts(tx, { name: 'both' }));
        expect(rows).toEqual([{ instanceId }]);
      }
    }
    await expect(shortcuts({ sql: one.sql }, { name: 'both' })).resolves.toHaveLength(2);
    const { rows } = await one.pool.query<{ plans: number }>(
      `select generic_plans + custom_plans as plans from pg_prepared_statements where statement like 'select%saved_reply%'`,
    );
    expect(rows).toEqual([{ plans: 17 }]);
  } finally {
    await one.pool.end();
  }
});
