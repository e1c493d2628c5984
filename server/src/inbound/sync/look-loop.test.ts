import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../database/instance-transaction.ts';
import { type Locks, openLocks } from '../../database/session-locks.ts';
import { createInstance } from '../../instances/instances.ts';
import { superviseWork } from '../../jobs/supervisor.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import { requestSync } from '../../mailboxes/request-sync.ts';
import { databaseOnly } from '../../stores/file-stores.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { lookAtMailboxes } from './look-loop.ts';
import { countMailboxes } from './sync-state.ts';

let fixture: TestDatabase;
let instanceId: string;
beforeAll(async () => {
  fixture = await openTestDatabase();
  const slug = 'acme';
  instanceId = (await createInstance(fixture.deployment, { slug, name: 'Acme', kind: 'production' })).id;
});
afterAll(() => fixture.close());

/** The looks at each mailbox by Gmail's history, as they began. */
let looks: string[];
/** Gmail, where every mailbox is quiet; each call takes as long as `respond`. */
let respond: (mailboxId: string) => Promise<void>;
const gmail = ((ref: { mailboxId: string }) => ({
  async request({ call }: { call: string }) {
    if (call !== 'history') throw new Error(`an unexpected call: ${call}`);
    looks.push(ref.mailboxId);
    await respond(ref.mailboxId);
    return { kind: 'ok', value: { changes: [], nextPageToken: null, nextStartHistoryId: '1000' } };
  },
})) as unknown as GmailAccess;

/** A look without news needs no transaction of its own. */
const noDatabase: Database = {
  files: databaseOnly,
  inInstance: () => Promise.reject(new Error('a transaction was begun')),
};

let running: Array<{ stop(): Promise<void> }>;
let failures: unknown[];
beforeEach(async () => {
  looks = [];
  failures = [];
  running = [];
  respond = () => sleep(5);
  await fixture.deployment.pool.query('truncate mailbox cascade');
});
afterEach(async () => {
  for (const process of running) await process.stop();
});

/** The look loop of one worker, with its own locks. */
function startWorker(): { locks: Locks; stop(): Promise<void> } {
  const locks = openLocks(fixture.connection);
  const stopping = new AbortController();
  const row = lookAtMailboxes({ database: noDatabase, locks, gmail, parser: null as never });
  const log = { error: (details: object) => void failures.push(details) };
  const ended = superviseWork([row], { log, signal: stopping.signal });
  const worker = {
    locks,
    async stop() {
      stopping.abort();
      await ended;
      await locks.close();
    },
  };
  running.push(worker);
  return worker;
}

/** Connects mailboxes that were last looked at `overdueMs` before they are due. */
async function addMailboxes(count: number, overdueMs: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuid());
  await fixture.deployment.pool.query(
    `insert into mailbox (instance_id, id, google_sub, address, display_name, cursor, connected_at, next_sync_at,
       profile_check_at)
     select $1, id, id::text, id || '@acme.example', 'Acme', 1000, now() - interval '1 day',
       now() - make_interval(secs => $3 / 1000.0) + make_interval(secs => number / 1000.0), now() + interval '1 hour'
     from unnest($2::uuid[]) with ordinality as given (id, number)`,
    [instanceId, ids, overdueMs],
  );
  await fixture.deployment.pool.query('analyze mailbox');
  await countMailboxes(fixture.deployment);
  return ids;
}

const rows = async () =>
  fixture.deployment.sql
    .selectFrom('mailbox')
    .select(['id', 'nextSyncAt', 'syncedAt', 'unreadSince', 'syncRequested', 'cursor'])
    .execute();

test('10,000 mailboxes due at once are all looked at by two workers, none twice', async () => {
  const ids = await addMailboxes(10_000, 600_000);
  startWorker();
  startWorker();
  await expect.poll(() => looks.length, { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(10_000);
  await expect.poll(async () => (await rows()).every(({ syncedAt }) => syncedAt !== null)).toBe(true);
  expect(new Set(looks).size).toBe(10_000);
  expect(looks).toHaveLength(10_000);
  expect(failures).toEqual([]);
  // Among so many, each is due again after 50 s.
  const waits = (await rows()).map(({ nextSyncAt, syncedAt }) => nextSyncAt.getTime() - syncedAt!.getTime());
  expect(Math.min(...waits)).toBeGreaterThan(15_000);
  // Those longest overdue came first, but for those that ran together.
  const places = new Map(looks.map((id, place) => [id, place]));
  for (const [place, id] of ids.entries()) expect(Math.abs(places.get(id)! - place)).toBeLessThan(300);
}, 120_000);

test('a mailbox with news is looked at before 10,000 that are due', async () => {
  await addMailboxes(10_000, 600_000);
  startWorker();
  await expect.poll(() => looks.length).toBeGreaterThan(100);
  const [notified] = await addMailboxes(1, -600_000);
  await requestSync(fixture.deployment, [notified!]);
  const before = looks.length;
  await expect.poll(() => looks.indexOf(notified!), { interval: 5 }).toBeGreaterThan(0);
  expect(looks.indexOf(notified!) - before).toBeLessThan(300);
}, 60_000);

test.each([
  [100, 1],
  [10, 0],
])('of %d due mailboxes more are taken when a look has ended, or nothing is left', async (due, wakes) => {
  await addMailboxes(due, 600_000);
  const locks = openLocks(fixture.connection);
  const row = lookAtMailboxes({ database: noDatabase, locks, gmail, parser: null as never });
  let woken = 0;
  row.onDue!(() => {
    woken += 1;
  });
  const [first] = await row.take(row.maxInFlight);
  await row.run(first, new AbortController().signal);
  expect(woken).toBe(wakes);
  await locks.close();
});

test('a due look that finds its mailbox busy leaves no word', async () => {
  const [id] = await addMailboxes(1, 1_000);
  const reader = openLocks(fixture.connection);
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
  const reading = reader.tryLock(`sync ${id}`, () => {
    lock();
    return done;
  });
  await locked;
  startWorker();
  // It is taken, found busy, and put off.
  await expect.poll(async () => (await rows())[0]!.nextSyncAt.getTime()).toBeGreaterThan(Date.now());
  expect((await rows())[0]).toMatchObject({ syncRequested: false, unreadSince: null, syncedAt: null });
  expect(looks).toEqual([]);
  finish();
  await reading;
  await reader.close();
  await expect.poll(() => looks, { timeout: 10_000 }).toEqual([id]);
});

test('a look whose row another transaction changes as it ends is written, and its mailbox is not looked at again', async () => {
  const [id] = await addMailboxes(1, 1_000);
  const other = await fixture.deployment.pool.connect();
  const { locks } = startWorker();
  const { release } = locks;
  let releases = 0;
  locks.release = async (...args) => {
    const left = await release(...args);
    releases += 1;
    if (releases === 1) await other.query('commit');
    return left;
  };
  respond = async () => {
    await other.query('begin');
    await other.query('select from mailbox where id = $1 for no key update', [id]);
  };
  await expect.poll(async () => (await rows())[0]!.syncedAt).not.toBeNull();
  other.release();
  expect(releases).toBe(2);
  expect(looks).toEqual([id]);
});

test('news that come during a look are looked at as soon as it has ended', async () => {
  const [id] = await addMailboxes(1, 1_000);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  respond = () => (looks.length === 1 ? answered : Promise.resolve());
  startWorker();
  await expect.poll(() => looks.length).toBe(1);
  await requestSync(fixture.deployment, [id!]);
  await sleep(300);
  expect(looks).toHaveLength(1);
  const began = performance.now();
  answer();
  await expect.poll(() => looks.length, { interval: 5 }).toBe(2);
  expect(performance.now() - began).toBeLessThan(2_000);
  await expect.poll(async () => (await rows())[0]).toMatchObject({ syncRequested: false, unreadSince: null });
});

test('another worker takes over what a killed one was looking at', async () => {
  const [id] = await addMailboxes(1, 1_000);
  respond = () => new Promise(() => {});
  const killed = startWorker();
  await expect.poll(() => looks.length).toBe(1);
  await requestSync(fixture.deployment, [id!]);
  // What Postgres sees of a process that was killed: its connection ends.
  running = [];
  killed.locks.drop();
  respond = () => Promise.resolve();
  const began = performance.now();
  startWorker();
  await expect.poll(() => looks.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('a look without news is two statements', async () => {
  await addMailboxes(500, 60_000);
  const statements: string[] = [];
  const worker = startWorker();
  const { takeRows, release } = worker.locks;
  Object.assign(worker.locks, {
    takeRows: (statement: { name: string }) => {
      statements.push(statement.name);
      return takeRows(statement as never);
    },
    release: (names: string[], lost: AbortSignal, statement: { name: string }) => {
      statements.push(statement.name);
      return release(names, lost, statement as never);
    },
  });
  await expect.poll(() => looks.length).toBe(500);
  await expect.poll(async () => (await rows()).every(({ syncedAt }) => syncedAt !== null)).toBe(true);
  expect(statements.length).toBeLessThan(500);
  expect(new Set(statements)).toEqual(new Set(['take looks', 'finish looks']));
});

test('the end of a look without news causes no other statement', async () => {
  const answers: Array<() => void> = [];
  respond = () => new Promise((resolve) => answers.push(resolve));
  await addMailboxes(20, 60_000);
  const worker = startWorker();
  const { takeRows } = worker.locks;
  let takes = 0;
  Object.assign(worker.locks, {
    takeRows: (statement: never) => {
      takes += 1;
      return takeRows(statement);
    },
  });
  await expect.poll(() => answers.length).toBe(20);
  const began = performance.now();
  takes = 0;
  for (const answer of answers) {
    answer();
    await sleep(50); // each is written by itself
  }
  await expect.poll(async () => (await rows()).every(({ syncedAt }) => syncedAt !== null)).toBe(true);
  // One each 250 ms, as without looks.
  expect(takes).toBeLessThanOrEqual((performance.now() - began) / 250 + 1);
});
