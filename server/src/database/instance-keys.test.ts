import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { findKeysWithoutInstance } from './instance-keys.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
  // Tables of every kind.
  await fixture.deployment.pool.query(`
    create table z_shared (id uuid primary key);
    create table z_one (instance_id uuid not null references instance, id uuid primary key, name text unique,
      unique (instance_id, id));
    create table z_other (instance_id uuid not null, number int, one uuid references z_one (id),
      shared uuid references z_shared, primary key (instance_id, number),
      foreign key (instance_id, one) references z_one (instance_id, id));
    create table z_kept (one uuid references z_one (id));
    create unique index on z_other (one) where number > 5;
  `);
});
afterAll(() => fixture?.close());

test('every key without the instance is found, with what it would become', async () => {
  const { distributed, replicated, keys } = await findKeysWithoutInstance(fixture.deployment.sql);
  expect(distributed).toEqual(
    expect.arrayContaining(['conversation', 'instance', 'message', 'z_one', 'z_other']),
  );
  expect(replicated).toEqual(expect.arrayContaining(['users', 'z_kept', 'z_shared']));
  expect(
    keys.filter(({ table }) => table.startsWith('z_')).toSorted((a, b) => a.key.localeCompare(b.key)),
  ).toEqual([
    {
      table: 'z_kept',
      key: 'foreign key (one) references z_one (id)',
      becomes: 'no key: a table of the deployment cannot refer to one that is distributed',
    },
    {
      table: 'z_other',
      key: 'foreign key (one) references z_one (id)',
      becomes: 'foreign key (instance_id, one) references z_one (instance_id, id)',
    },
    { table: 'z_one', key: 'primary key (id)', becomes: 'primary key (instance_id, id)' },
    {
      table: 'z_one',
      key: 'unique (name)',
      becomes: 'unique (instance_id, name); unique in the deployment by a table that each node has',
    },
    {
      table: 'z_other',
      key: 'unique (one) where (number > 5)',
      becomes: 'unique (instance_id, one)',
    },
  ]);
});

test('docs/scale.md has the numbers of keys and tables', async () => {
  const { distributed, replicated, keys } = await findKeysWithoutInstance(fixture.deployment.sql);
  const own = (names: string[]) => names.filter((name) => !name.startsWith('z_')).length;
  const text = await readFile(new URL('../../../docs/scale.md', import.meta.url), 'utf8');
  expect(text).toContain(`There are ${own(keys.map(({ table }) => table))}, in ${own(distributed)} tables.`);
  expect(text).toContain(`**${own(replicated)} tables of the deployment**`);
});
