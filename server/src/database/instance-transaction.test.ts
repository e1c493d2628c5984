import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstance } from '../instances/instances.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import type { InstanceTransaction } from './instance-transaction.ts';

let fixture: TestDatabase;
let here: string;
let elsewhere: string;

beforeAll(async () => {
  fixture = await openTestDatabase();
  const make = (slug: string) => createInstance(fixture.deployment, { slug, name: slug, kind: 'production' });
  here = (await make('here')).id;
  elsewhere = (await make('elsewhere')).id;
  for (const instanceId of [here, elsewhere]) {
    await fixture.database.inInstance(instanceId, (tx) =>
      tx.sql.insertInto('customer').values({ instanceId, id: uuid(), name: 'Ana' }).execute(),
    );
  }
});
afterAll(() => fixture?.close());

test('a transaction sees only the instance it is bound to', async () => {
  const seen = await fixture.database.inInstance(here, (tx) =>
    tx.sql.selectFrom('customer').select('instanceId').execute(),
  );
  expect(seen).toEqual([{ instanceId: here }]);
  const theirs = await fixture.database.inInstance(here, (tx) =>
    tx.sql.selectFrom('customer').where('instanceId', '=', elsewhere).selectAll().execute(),
  );
  expect(theirs).toEqual([]);
  const changed = await fixture.database.inInstance(here, (tx) =>
    tx.sql.updateTable('customer').set({ name: 'taken' }).returning('instanceId').execute(),
  );
  expect(changed).toEqual([{ instanceId: here }]);
  const instances = await fixture.database.inInstance(here, (tx) =>
    tx.sql.selectFrom('instance').select('id').execute(),
  );
  expect(instances).toEqual([{ id: here }]);
});

test('no row can be written into another instance, not even by a foreign key', async () => {
  const write = fixture.database.inInstance(here, (tx) =>
    tx.sql.insertInto('customer').values({ instanceId: elsewhere, id: uuid(), name: 'smuggled' }).execute(),
  );
  await expect(write).rejects.toThrow(/row-level security/);
  const { id } = await fixture.deployment.sql
    .selectFrom('customer')
    .where('instanceId', '=', elsewhere)
    .select('id')
    .executeTakeFirstOrThrow();
  const link = fixture.database.inInstance(here, (tx) =>
    tx.sql
      .insertInto('customerAddress')
      .values({ instanceId: here, address: 'a@b.example', customerId: id })
      .execute(),
  );
  await expect(link).rejects.toThrow(/foreign key/);
});

test('a read-only transaction cannot write, and its connection is used again', async () => {
  const options = { readOnly: true };
  const read = () =>
    fixture.database.inInstance(
      here,
      (tx) => tx.sql.selectFrom('customer').select('name').execute(),
      options,
    );
  const before = await read();
  const write = fixture.database.inInstance(
    here,
    (tx) => tx.sql.updateTable('customer').set({ name: 'changed' }).execute(),
    options,
  );
  await expect(write).rejects.toThrow(/read-only transaction/);
  // More often than there are connections.
  for (let time = 0; time < 30; time += 1) expect(await read()).toEqual(before);
  const failed = fixture.database.inInstance(here, () => Promise.reject(new Error('of the work')), options);
  await expect(failed).rejects.toThrow('of the work');
});

test('a transaction bound to no instance cannot read', async () => {
  const unbound = fixture.deployment.sql.transaction().execute(async (tx) => {
    await sql`set local role postroom_app`.execute(tx);
    return tx.selectFrom('customer').selectAll().execute();
  });
  await expect(unbound).rejects.toThrow(/postroom.instance|invalid input syntax for type uuid/);
  expect(() => fixture.database.inInstance("x'; drop table customer; --", async () => {})).toThrow(TypeError);
});

test('every table carries instance_id or belongs to no instance', async () => {
  const { rows } = await sql<{ name: string; bound: boolean; secured: boolean; policies: number }>`
    select c.relname as name,
      exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'instance_id') as bound,
      c.relrowsecurity as secured,
      (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = 'public' order by 1`.execute(fixture.deployment.sql);
  const unbound = rows.filter(({ bound }) => !bound).map(({ name }) => name);
  expect(unbound).toEqual([
    'attempt',
    'credential',
    'instance',
    'notification_health',
    'object_removal',
    'password_link',
    'pause',
    'process_report',
    'push_key',
    'schema_migration',
    'schema_migration_lock',
    'security_event',
    'security_event_stream',
    'session',
    'sign_in_identity',
    'two_factor',
    'users',
    'verification',
  ]);
  for (const { name, bound, secured, policies } of rows) {
    if (bound) expect({ name, secured, policies }).toEqual({ name, secured: true, policies: 1 });
  }
});

test('the application cannot read passwords or sessions, nor change the audit log', async () => {
  for (const table of [
    'credential',
    'session',
    'verification',
    'two_factor',
    'password_link',
    'push_key',
    'sign_in_identity',
  ] as const) {
    const read = fixture.database.inInstance(here, (tx) =>
      sql`select * from ${sql.table(table)}`.execute(tx.sql),
    );
    await expect(read).rejects.toThrow(/permission denied/);
  }
  const forge = fixture.database.inInstance(here, (tx) =>
    tx.sql.updateTable('auditEntry').set({ actorName: 'somebody else' }).execute(),
  );
  await expect(forge).rejects.toThrow(/permission denied/);
});

test('a failure rolls everything back, including the final statements', async () => {
  const names = () =>
    fixture.database.inInstance(here, (tx) => tx.sql.selectFrom('template').select('name').execute());
  const add = (name: string, last: string, fail = false) =>
    fixture.database.inInstance(here, async (tx) => {
      const row = { instanceId: here, id: uuid(), name, html: '' };
      const text = `update template set name = ${last} where id = $1`;
      tx.withCommit.push(() => ({ text, values: [row.id] }));
      await tx.sql.insertInto('template').values(row).execute();
      if (fail) throw new Error('changed my mind');
    });
  await expect(add('one', `'one last'`, true)).rejects.toThrow('changed my mind');
  await expect(add('two', `'two' || 1 / 0`)).rejects.toThrow('division by zero');
  expect(await names()).toEqual([]);
  await add('three', `'three last'`);
  expect(await names()).toEqual([{ name: 'three last' }]);
});

test('generic plans are of the transaction that asks for them, and of no other on the same connection', async () => {
  const mode = async (options: { plans?: 'generic' }) => {
    const read = (tx: InstanceTransaction) =>
      sql<{ plan_cache_mode: string }>`show plan_cache_mode`.execute(tx.sql.withoutPlugins());
    return (await fixture.database.inInstance(here, read, options)).rows[0]!.plan_cache_mode;
  };
  expect(await mode({ plans: 'generic' })).toBe('force_generic_plan');
  expect(await mode({})).toBe('auto');
});

test('a generic plan finds rows by their keys while the tables have few rows', async () => {
  const plan = async (options: { plans?: 'generic' }) => {
    const read = (tx: InstanceTransaction) =>
      sql<{ 'QUERY PLAN': string }>`explain select from conversation join message
        on message.instance_id = conversation.instance_id and message.conversation_id = conversation.id
        where conversation.subject = 'one'`.execute(tx.sql.withoutPlugins());
    const { rows } = await fixture.database.inInstance(here, read, options);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  expect(await plan({ plans: 'generic' })).not.toMatch(/Seq Scan|Hash Join/);
  await fixture.deployment.pool.query('analyze conversation, message');
  expect(await plan({})).toMatch(/Seq Scan/);
  expect(await plan({ plans: 'generic' })).not.toMatch(/Seq Scan|Hash Join/);
});

test('swallowing the error of a statement fails the transaction', async () => {
  const careless = fixture.database.inInstance(here, async (tx) => {
    const row = { instanceId: here, id: uuid(), name: 'lost', html: '' };
    await tx.sql.insertInto('template').values(row).execute();
    await sql`select 1 / 0`.execute(tx.sql).catch(() => {});
  });
  await expect(careless).rejects.toThrow('current transaction is aborted');
});
