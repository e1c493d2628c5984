import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { connect } from './connect.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

test('a connection that is lost while it is in use ends nothing but its query', async () => {
  const { pool } = connect(fixture.connection, { max: 2 });
  const inUse = await pool.connect();
  const { rows } = await inUse.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise<void>((resolve) => inUse.once('end', () => resolve()));
  await pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
  await ended;
  await expect(inUse.query('select 1')).rejects.toThrow();
  inUse.release();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});
