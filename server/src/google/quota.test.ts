import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createQuota, type Priority } from './quota.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

test('no 60 seconds spend more units than allowed, and none are wasted', async () => {
  const quota = createQuota({ unitsPerMinute: 6_000 });
  const spent: Array<{ at: number; units: number }> = [];
  for (let n = 0; n < 1_000; n++) {
    void quota.run('m', { units: 20, priority: 'live' }, async () => {
      spent.push({ at: performance.now(), units: 20 });
    });
  }
  await vi.advanceTimersByTimeAsync(180_000);
  for (const { at } of spent) {
    const inMinute = spent.filter((one) => one.at >= at && one.at < at + 60_000);
    expect(inMinute.reduce((sum, { units }) => sum + units, 0)).toBeLessThanOrEqual(6_000);
  }
  const total = spent.reduce((sum, { units }) => sum + units, 0);
  expect(total).toBeGreaterThan(1_300 + 3 * 4_400);
});

test('each mailbox has its own concurrency limit', async () => {
  const quota = createQuota({ concurrency: 8 });
  const finish: Array<() => void> = [];
  const start = (mailbox: string) =>
    void quota.run(
      mailbox,
      { units: 1, priority: 'send' },
      () => new Promise<void>((resolve) => finish.push(resolve)),
    );
  for (let n = 0; n < 20; n++) start('one');
  await settle();
  expect(finish).toHaveLength(8);
  start('other');
  await settle();
  expect(finish).toHaveLength(9);
  finish[0]?.();
  await settle();
  expect(finish).toHaveLength(10);
});

test('a backlog leaves units and slots for a send', async () => {
  const quota = createQuota({ unitsPerMinute: 6_000, concurrency: 8 });
  const started: Priority[] = [];
  const run = (priority: Priority, units: number) =>
    quota.run('m', { units, priority }, async () => {
      started.push(priority);
    });
  for (let n = 0; n < 200; n++) void run('backlog', 20);
  await settle();
  const before = started.length;
  expect(before).toBe((1_500 - 400) / 20);
  await run('send', 100);
  expect(started.at(-1)).toBe('send');
});

test('a pause stops everything except sends', async () => {
  const quota = createQuota();
  quota.pause('m', 10_000);
  let read = false;
  const reading = quota.run('m', { units: 2, priority: 'live' }, async () => {
    read = true;
  });
  await quota.run('m', { units: 100, priority: 'send' }, async () => {});
  await vi.advanceTimersByTimeAsync(9_000);
  expect(read).toBe(false);
  await vi.advanceTimersByTimeAsync(1_100);
  await reading;
  expect(read).toBe(true);
});

test('a waiting call can be aborted and spends nothing', async () => {
  const quota = createQuota({ concurrency: 1 });
  let finish = () => {};
  const first = quota.run(
    'm',
    { units: 1, priority: 'send' },
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const stop = new AbortController();
  const second = quota.run('m', { units: 1, priority: 'send', signal: stop.signal }, async () => 'ran');
  const third = quota.run('m', { units: 1, priority: 'send' }, async () => 'ran');
  const refused = expect(second).rejects.toThrow('stop');
  stop.abort(new Error('stop'));
  await refused;
  finish();
  await first;
  expect(await third).toBe('ran');
});

test('work that throws releases its slot', async () => {
  const quota = createQuota({ concurrency: 1 });
  const turn = { units: 1, priority: 'send' } as const;
  await expect(quota.run('m', turn, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(await quota.run('m', turn, async () => 'next')).toBe('next');
});

test('units spent in the last minute are counted', async () => {
  const quota = createQuota({ unitsPerMinute: 6_000 });
  const spend = (units: number) => quota.run('m', { units, priority: 'live' }, async () => {});
  await spend(20);
  await vi.advanceTimersByTimeAsync(30_000);
  await spend(100);
  await spend(2);
  expect([quota.spent('m'), quota.spent('other')]).toEqual([122, 0]);
  await vi.advanceTimersByTimeAsync(31_000);
  expect(quota.spent('m')).toBe(102);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(quota.spent('m')).toBe(0);
});
