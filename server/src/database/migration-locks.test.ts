import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { expect, test } from 'vitest';
import { openEmptyDatabase } from '../testing/database.ts';
import { connect } from './connect.ts';
import { migrate, migrationNames } from './migrate.ts';

/** The first migration that is held to this: those before are released. */
const first = '0120';

/** Statements that keep others from a table for as long as it is large, each with what does the same without that. */
const longLocks: Array<[statement: RegExp, instead: string]> = [
  [/^create (unique )?index (?!concurrently)/, 'create index concurrently, in a file without transaction'],
  [/^alter table .* (type|set data type) /, 'a new column, filled in slices'],
  [/^alter table .* set not null/, 'a check constraint, not valid, and validated by itself'],
  [
    /^alter table .* add (constraint .*)?(foreign key|check)(?!.* not valid)/,
    'not valid, and validated by itself',
  ],
  [
    /^alter table .* add (constraint .*)?(primary key|unique)(?! using index)/,
    'a unique index made concurrently',
  ],
  [
    /^alter table .* add (column )?.* (references|generated)/,
    'a column without it, and what it needs after it',
  ],
  [/^(update|delete from) /, 'in slices, by a job'],
  [/^(cluster|vacuum full|reindex(?!.* concurrently)|truncate) /, 'nothing of the kind'],
];

/**
 * The statements of a migration that lock a table for long. Those of tables that the same file creates lock nothing,
 * and a line `-- locks: reason` before one says why it may.
 */
function findLongLocks(text: string): string[] {
  const created = new Set(
    [...text.matchAll(/create table (?:if not exists )?(\w+)/gi)].map(([, table]) => table),
  );
  return text.split(/;$/m).flatMap((part) => {
    const statement = part.replace(/--.*$/gm, '').trim().replace(/\s+/g, ' ').toLowerCase();
    const rule = longLocks.find(([pattern]) => pattern.test(statement));
    const table = /(?: on|^alter table(?: only)?|^update|^delete from) (\w+)/.exec(statement)?.[1];
    if (!rule || created.has(table) || /^\s*-- locks: \S+/m.test(part)) return [];
    return [`${statement}: use ${rule[1]}`];
  });
}

test('no migration locks a table for long, or it says why', async () => {
  for (const name of (await migrationNames()).filter((each) => each >= first)) {
    const text = await readFile(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8');
    expect(findLongLocks(text), name).toEqual([]);
  }
});

test('statements that lock for long are found', () => {
  const text = `
    create table fresh (id uuid);
    create index on fresh (id);
    create index message_by_date on message (sent_at);
    alter table message
      alter column subject type varchar;
    alter table message add column done boolean not null default false;
    -- locks: the table has a row for each mailbox
    update mailbox set done = true;
    create index concurrently other on message (sent_at);
    alter table message add constraint positive check (size > 0) not valid;
    alter table message validate constraint positive;`;
  expect(findLongLocks(text).map((found) => found.split(':')[0])).toEqual([
    'create index message_by_date on message (sent_at)',
    'alter table message alter column subject type varchar',
  ]);
});

test('a migration that waits for a lock lets others pass, and one without transaction runs beside them', async () => {
  const database = await openEmptyDatabase();
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-migrations-'));
  const files = pathToFileURL(`${directory}/`);
  const write = (name: string, text: string) => writeFile(path.join(directory, `${name}.sql`), text);
  await write('0001-table', 'create table thing (id int, size int); insert into thing values (1, 1);');
  await write(
    '0002-index',
    '-- without transaction\ndrop index concurrently if exists by_size;\ncreate index concurrently by_size on thing (size);\n',
  );
  const deployments = Array.from({ length: 3 }, () => connect(database.connection, { max: 2 }));
  const outcomes = await Promise.all(deployments.map((each) => migrate(each, { files })));
  expect(outcomes.flatMap(({ applied }) => applied)).toEqual(['0001-table', '0002-index']);

  await write('0003-column', 'alter table thing add column color text;');
  const holder = new pg.Client(database.connection);
  await holder.connect();
  await holder.query('begin; select * from thing');
  const migrating = migrate(deployments[0]!, { files });
  const waiting = async () =>
    (await holder.query(`select count(*)::int as n from pg_locks where not granted`)).rows[0].n;
  await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
  // Behind the one that waits; it gives up long before the holder ends.
  const { rows } = await deployments[1]!.pool.query('select size from thing');
  expect(rows).toEqual([{ size: 1 }]);
  await holder.query('commit');
  expect((await migrating).applied).toEqual(['0003-column']);

  await holder.end();
  for (const { pool } of deployments) await pool.end();
  await database.close();
  await rm(directory, { recursive: true });
}, 30_000);
