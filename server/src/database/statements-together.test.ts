import type { EventEmitter } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../testing/database.ts';
import { connect, type Deployment } from './connect.ts';
import { prepared, runTogether, sendWithTheNext } from './prepared-statements.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let one: Deployment;
beforeAll(async () => {
  database = await openTestDatabase();
  one = connect(database.deployment.connection, { max: 1 });
});
afterAll(async () => {
  await one?.pool.end();
  await database?.close();
});

const add = prepared(
  (_, { a, b }: { a: number; b: number }) => sql<{ theSum: number }>`
  select ${a}::int + ${b}::int as the_sum`,
);
const divide = prepared(
  (_, { by }: { by: number }) => sql<{ quotient: number }>`
  select 6 / ${by}::int as quotient`,
);
const say = (text: string) => ({ text: 'select $1::text as output', values: [text] });

test('statements sent together return the rows of each, also when they repeat and their plans are kept', async () => {
  for (let time = 0; time < 3; time += 1) {
    const results = await runTogether(one, [
      add.with({ a: 1, b: 2 }),
      say('hello'),
      add.with({ a: 3, b: time }),
    ]);
    expect(results).toEqual([[{ theSum: 3 }], [{ output: 'hello' }], [{ theSum: 3 + time }]]);
  }
  expect(await add(one, { a: 2, b: 2 })).toEqual([{ theSum: 4 }]);
});

test('the columns of a statement whose plan is kept are described once on each connection', async () => {
  const client = await one.pool.connect();
  let descriptions = 0;
  const count = () => {
    descriptions += 1;
  };
  const { connection } = client as unknown as { connection: EventEmitter };
  connection.on('rowDescription', count);
  client.release();
  const double = prepared((_, { n }: { n: number }) => sql<{ twice: number }>`select 2 * ${n}::int as twice`);
  try {
    for (let n = 0; n < 3; n += 1) {
      const statements = [double.with({ n }), say('hello'), double.with({ n: n + 1 })];
      const output = [{ output: 'hello' }];
      expect(await runTogether(one, statements)).toEqual([
        [{ twice: 2 * n }],
        output,
        [{ twice: 2 * n + 2 }],
      ]);
      expect(await double(one, { n })).toEqual([{ twice: 2 * n }]);
    }
    // `double` twice in the first round trip, where it was not known, and the text without a plan each time.
    expect(descriptions).toBe(2 + 3);
  } finally {
    connection.off('rowDescription', count);
  }
});

test('after one that fails none runs, and the connection is usable with the same statements', async () => {
  await sql`create table kept (n int)`.execute(one.sql);
  const keep = (n: number) => ({ text: 'insert into kept values ($1)', values: [n] });
  for (const fails of [
    [keep(1), divide.with({ by: 0 }), keep(2)],
    [keep(3), { text: 'no sql', values: [] }],
  ]) {
    await expect(runTogether(one, fails)).rejects.toThrow(/division by zero|syntax error/);
  }
  // What one Sync ends is one transaction, unless it says otherwise.
  expect(await runTogether(one, [say('on'), { text: 'select n from kept', values: [] }])).toEqual([
    [{ output: 'on' }],
    [],
  ]);
  expect(await runTogether(one, [divide.with({ by: 2 }), divide.with({ by: 3 })])).toEqual([
    [{ quotient: 3 }],
    [{ quotient: 2 }],
  ]);
});

test('a value that cannot be sent fails the statements before anything is sent', async () => {
  const endless: unknown[] = [];
  const circular = { endless };
  endless.push(circular);
  await expect(runTogether(one, [say('one'), { text: 'select $1', values: [circular] }])).rejects.toThrow(
    /circular/i,
  );
  expect(await runTogether(one, [say('two')])).toEqual([[{ output: 'two' }]]);
});

test('what is sent with the next query is sent with it, and not at all if that is a rollback', async () => {
  await one.sql.connection().execute(async (connection) => {
    await sendWithTheNext({ sql: connection }, [
      { text: 'begin', values: [] },
      { text: "set local work_mem = '1MB'", values: [] },
    ]);
    await sql`rollback`.execute(connection);
    await sendWithTheNext({ sql: connection }, [
      { text: 'begin', values: [] },
      { text: "set local work_mem = '1MB'", values: [] },
    ]);
    const { rows } = await sql`select current_setting('work_mem') as memory`.execute(connection);
    expect(rows).toEqual([{ memory: '1MB' }]);
    await sql`rollback`.execute(connection);
    const after = await sql`select current_setting('work_mem') as memory`.execute(connection);
    expect(after.rows).not.toEqual([{ memory: '1MB' }]);
  });
});
