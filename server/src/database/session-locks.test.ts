import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { openLocks } from './session-locks.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

test('a name is held once, within a process and between processes', async () => {
  const [one, other] = [openLocks(fixture.connection), openLocks(fixture.connection)];
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<string>();
  const holding = one.tryLock('mailbox', () => {
    hold();
    return released;
  });
  await held;
  expect(await other.tryLock('mailbox', async () => 'stolen')).toEqual({ kind: 'busy' });
  expect(await one.tryLock('mailbox', async () => 'again')).toEqual({ kind: 'busy' });
  expect(await other.tryLock('another', async () => 'free')).toEqual({ kind: 'done', result: 'free' });
  release('read');
  expect(await holding).toEqual({ kind: 'done', result: 'read' });
  expect(await other.tryLock('mailbox', async () => 'mine')).toEqual({ kind: 'done', result: 'mine' });
  await one.close();
  await other.close();
});

test('a lost connection aborts the work and frees the lock', async () => {
  const [one, other] = [openLocks(fixture.connection), openLocks(fixture.connection)];
  let aborted = false;
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const work = one.tryLock('delivery', async (signal) => {
    hold();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    aborted = true;
  });
  await held;
  expect((await other.tryLock('delivery', async () => {})).kind).toBe('busy');
  const client = new pg.Client(fixture.connection);
  await client.connect();
  await client.query(`select pg_terminate_backend(l.pid) from pg_locks l
    join pg_stat_activity a using (pid) where l.locktype = 'advisory' and a.datname = current_database()`);
  await client.end();
  await work;
  expect(aborted).toBe(true);
  expect(await other.tryLock('delivery', async () => 'mine')).toEqual({ kind: 'done', result: 'mine' });
  expect(await one.tryLock('delivery', async () => 'again')).toEqual({ kind: 'done', result: 'again' });
  await one.close();
  await other.close();
});

test('work that throws releases the lock', async () => {
  const locks = openLocks(fixture.connection);
  const failing = locks.tryLock('x', async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await locks.tryLock('x', async () => {})).kind).toBe('done');
  await locks.close();
});

test('many locks at once query the driver one at a time', async () => {
  const warnings: string[] = [];
  const record = ({ message }: Error) => warnings.push(message);
  process.on('warning', record);
  const locks = openLocks(fixture.connection);
  const names = Array.from({ length: 20 }, (_, index) => `mailbox ${index}`);
  const results = await Promise.all(names.map((name) => locks.tryLock(name, async () => name)));
  expect(results).toEqual(names.map((result) => ({ kind: 'done', result })));
  await locks.close();
  await new Promise(setImmediate);
  process.off('warning', record);
  // pg deprecates a query on a connection that is still answering another.
  expect(warnings).toEqual([]);
});
