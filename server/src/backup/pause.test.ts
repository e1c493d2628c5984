import { afterAll, expect, test, vi } from 'vitest';
import { openTestDatabase } from '../testing/database.ts';
import { watchPause } from './pause.ts';

const { deployment, close } = await openTestDatabase();
afterAll(close);

test('a read that waits for the database is not joined by another each second', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const pause = await watchPause(deployment);
  const holder = await deployment.pool.connect();
  await holder.query('begin; lock table pause in access exclusive mode');
  const reads = vi.spyOn(deployment.pool, 'connect');
  vi.advanceTimersByTime(3_000);
  const waiting = `select 1 from pg_locks where not granted and relation = 'pause'::regclass`;
  await expect.poll(async () => (await holder.query(waiting)).rowCount).toBeGreaterThan(0);
  expect(reads).toHaveBeenCalledTimes(1);
  await holder.query('rollback');
  holder.release();
  // Afterwards it is read again.
  await expect
    .poll(() => {
      vi.advanceTimersByTime(1_000);
      return reads.mock.calls.length;
    })
    .toBeGreaterThan(1);
  pause.close();
  vi.useRealTimers();
});
