import { Writable } from 'node:stream';
import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseFailure } from '../database/failure.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createHttpFixture>>;
let fixture: Fixture;
let person: Awaited<ReturnType<Fixture['person']>>;
let instanceId: string;
const logged: string[] = [];

beforeAll(async () => {
  const stream = new Writable({
    write(line, _encoding, done) {
      logged.push(JSON.parse(String(line)).msg);
      done();
    },
  });
  fixture = await createHttpFixture({ log: pino({ level: 'error' }, stream) });
  ({ instanceId } = await fixture.admin());
  person = await fixture.person(instanceId, 'admin');
});
afterAll(() => fixture.close());

test('a full disk is named, in the answer and in the log', async () => {
  const { pool } = fixture.needs.deployment;
  await pool.query(`
    create function disk_full() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
    create trigger disk_full before insert on tag execute function disk_full()`);
  const { status, body } = await person.call('PUT', `/tags/${uuid()}`, { name: 'VIP' });
  expect(status).toBe(507);
  expect(body).toMatchObject({ code: 'disk-full' });
  expect(logged).toContain('The disk is full: free space on the disk of Postgres or of the data directory');
});

test('a search that takes too long is stopped, and says how to search instead', async () => {
  const holder = await fixture.needs.deployment.pool.connect();
  // A lock makes any search take too long.
  await holder.query('begin; lock table message_search, conversation in access exclusive mode');
  const answers = await Promise.all(
    ['/search?q=invoice&timeZone=UTC', '/search/correction?q=invoce&timeZone=UTC'].map((path) =>
      person.call('GET', path),
    ),
  );
  await holder.query('rollback');
  holder.release();
  for (const { status, body } of answers) {
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'search-too-slow' });
  }
});

test.each([
  [{ code: '53100' }, 'disk-full'],
  [{ code: 'ENOSPC', syscall: 'write' }, 'disk-full'],
  [{ code: '57014' }, 'timed-out'],
  [{ code: '57P01' }, 'away'],
  [{ code: '08006' }, 'away'],
  [{ code: 'ECONNREFUSED', syscall: 'connect' }, 'away'],
  [{ code: 'ENOENT', syscall: 'connect' }, 'away'],
  [{ code: 'ENOENT', syscall: 'open' }, null],
  [{ code: '23505' }, null],
  [{ message: 'Connection terminated unexpectedly' }, 'away'],
  [{ message: 'something else' }, null],
])('%o is %s, also as the cause of another error', (fields, failure) => {
  const error = Object.assign(new Error(), fields);
  expect(databaseFailure(error)).toBe(failure);
  expect(databaseFailure(new Error('outer', { cause: error }))).toBe(failure);
  expect(databaseFailure(new AggregateError([error]))).toBe(failure);
});
