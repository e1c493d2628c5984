import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { connect } from './connect.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

/** How many connections are open after `count` statements at once that take so many seconds each. */
async function connectionsFor(count: number, seconds: number): Promise<number> {
  const { sql: db, pool } = connect(fixture.connection);
  await Promise.all(Array.from({ length: count }, () => sql`select pg_sleep(${seconds})`.execute(db)));
  const { totalCount } = pool;
  await pool.end();
  return totalCount;
}

test('many short statements at once share few connections', async () => {
  expect(await connectionsFor(30, 0)).toBeLessThan(15);
});

test('statements that take long have a connection each, up to the limit', async () => {
  expect(await connectionsFor(12, 2)).toBe(12);
  expect(await connectionsFor(25, 2)).toBe(20);
}, 30_000);

test('two connections are kept at rest, with the plans of their statements', async () => {
  const { sql: db, pool } = connect(fixture.connection);
  await Promise.all(Array.from({ length: 4 }, () => sql`select pg_sleep(0.1)`.execute(db)));
  expect(pool.totalCount).toBe(4);
  await expect.poll(() => pool.totalCount, { timeout: 20_000 }).toBeLessThan(4);
  await sleep(1_000);
  expect(pool.totalCount).toBe(2);
  await pool.end();
}, 30_000);
