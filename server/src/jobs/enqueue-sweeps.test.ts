import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQueue, type Queue } from '../queue/queue.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { enqueueSweeps } from './enqueue-sweeps.ts';

let fixture: TestDatabase;
let queue: Queue;
beforeAll(async () => {
  fixture = await openTestDatabase();
  queue = await openQueue(fixture.deployment, { isWorker: false, onError: () => {} });
});
afterAll(async () => {
  await queue?.stop();
  await fixture?.close();
});

/** The jobs of sweeps, and when each may begin. */
const jobs = async () => {
  const { rows } = await fixture.deployment.pool.query<{ name: string; state: string; startAfter: Date }>(
    `select name, state, start_after as "startAfter" from pgboss.job order by name, created_on`,
  );
  return rows;
};
const enqueue = (now: string) =>
  enqueueSweeps({ deployment: fixture.deployment, enqueue: queue.enqueue }, new Date(now));

test('each sweep is enqueued once, however many workers ask', async () => {
  await fixture.deployment.pool.query('delete from pgboss.job');
  await Promise.all([enqueue('2026-11-30T03:16:00Z'), enqueue('2026-11-30T03:16:30Z')]);
  expect((await jobs()).map(({ name }) => name)).toEqual([
    'sweep-blobs',
    'sweep-connections',
    'sweep-instances',
  ]);
  expect((await jobs())[0]!.startAfter).toEqual(new Date('2026-11-30T03:17:00Z'));
});

test('blobs are swept again the next night, the others in the next five minutes', async () => {
  await fixture.deployment.pool.query('delete from pgboss.job');
  await enqueue('2026-11-30T03:16:00Z');
  // Five minutes later, as pg-boss notes it, when all are done.
  await fixture.deployment.pool.query(
    `update pgboss.job set state = 'completed', completed_on = now(), singleton_on = singleton_on - interval '5 min'`,
  );
  await enqueue('2026-11-30T03:17:00Z');
  const waiting = (await jobs()).filter(({ state }) => state === 'created');
  expect(waiting.map(({ name }) => name)).toEqual(['sweep-blobs', 'sweep-connections', 'sweep-instances']);
  expect(waiting[0]!.startAfter).toEqual(new Date('2026-12-01T03:17:00Z'));
});
