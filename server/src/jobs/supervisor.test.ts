import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RecurringWork, recurringItems, recurringTask } from '../queue/recurring-work.ts';
import { superviseWork } from './supervisor.ts';

let stopping: AbortController;
let logged: string[];
/** How many failures had come before, each time a retry delay was asked for. */
let delaysAskedFor: number[];
let ended: Promise<void>;
beforeEach(() => {
  stopping = new AbortController();
  logged = [];
  delaysAskedFor = [];
  ended = Promise.resolve();
});
afterEach(async () => {
  stopping.abort();
  await ended;
});

const supervise = (...rows: RecurringWork[]) => {
  ended = superviseWork(rows, {
    log: { error: (_, message) => logged.push(message) },
    signal: stopping.signal,
    retryDelay: (failures) => {
      delaysAskedFor.push(failures);
      return 1;
    },
  });
};

/** A row that offers all items each time, whose items run until they are released. */
function createItemsRow(items: string[], maxInFlight: number) {
  const started: string[] = [];
  const rooms: number[] = [];
  const release = new Map<string, () => void>();
  const row = recurringItems<string>({
    name: 'items',
    everyMs: 1,
    maxInFlight,
    take: async (room) => {
      rooms.push(room);
      return items.slice(0, room);
    },
    run: (item) => {
      started.push(item);
      return new Promise((resolve) => release.set(item, resolve));
    },
  });
  return { row, started, rooms, release };
}

/** A row that counts how often it ran. */
function createCounter() {
  const counter = { runs: 0 };
  const row = recurringTask({
    name: 'counter',
    everyMs: 1,
    run: async () => {
      counter.runs += 1;
    },
  });
  return { row, counter };
}

test('no more items run at once than maxInFlight', async () => {
  const items = ['a', 'b', 'c'];
  const { row, started, rooms, release } = createItemsRow(items, 2);
  supervise(row);
  await expect.poll(() => started).toEqual(['a', 'b']);
  await sleep(20);
  expect(started).toEqual(['a', 'b']);
  expect(rooms).toEqual([2]); // nothing is taken while there is no room

  items.splice(0, 1);
  release.get('a')!();
  await expect.poll(() => rooms.length).toBeGreaterThan(1);
  expect(rooms.slice(1).every((room) => room === 1)).toBe(true);
  items.shift();
  await expect.poll(() => started).toEqual(['a', 'b', 'c']);
  for (const done of release.values()) done();
  items.length = 0;
});

test('an item that is running is not started again', async () => {
  const { row, started, rooms, release } = createItemsRow(['a'], 5);
  supervise(row);
  await expect.poll(() => rooms.length).toBeGreaterThan(5);
  expect(started).toEqual(['a']);
  release.get('a')!();
  await expect.poll(() => started.length).toBe(2);
  stopping.abort();
  release.get('a')!();
});

test.each<[string, () => Promise<void>]>([
  [
    'throws synchronously',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])('work that %s is retried with growing delay', async (_, run) => {
  const { row, counter } = createCounter();
  supervise(recurringTask({ name: 'broken work', everyMs: 1, run }), row);
  await expect.poll(() => delaysAskedFor.length).toBeGreaterThan(3);
  expect(delaysAskedFor.slice(0, 4)).toEqual([0, 1, 2, 3]);
  expect(logged[0]).toBe('broken work: failed, will be retried');
  expect(counter.runs).toBeGreaterThan(0);
});

test('a full disk is named in the log', async () => {
  const full = Object.assign(new Error('could not extend file'), { code: '53100' });
  supervise(recurringTask({ name: 'writing', everyMs: 1, run: () => Promise.reject(full) }));
  await expect.poll(() => logged[0]).toMatch(/^writing: failed, will be retried. The disk is full/);
});

test.each<[string, () => Promise<string[]>]>([
  [
    'throws synchronously',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])('a take that %s is retried with growing delay', async (_, take) => {
  const { row, counter } = createCounter();
  supervise({ name: 'broken take', everyMs: 1, maxInFlight: 1, take, run: async () => {} }, row);
  await expect.poll(() => delaysAskedFor.length).toBeGreaterThan(3);
  expect(delaysAskedFor.slice(0, 4)).toEqual([0, 1, 2, 3]);
  expect(logged).toEqual(['broken take: failed, will be retried']); // once until it works again
  expect(counter.runs).toBeGreaterThan(0);
});

test('a success resets the delay', async () => {
  let runs = 0;
  const run = async () => {
    runs += 1;
    if (runs !== 3) throw new Error('broken');
  };
  supervise(recurringTask({ name: 'sometimes broken', everyMs: 1, run }));
  await expect.poll(() => delaysAskedFor.length).toBeGreaterThan(3);
  expect(delaysAskedFor.slice(0, 4)).toEqual([0, 1, 0, 1]);
});

test('an item that fails does not delay the others', async () => {
  const runs: Record<string, number> = { bad: 0, good: 0 };
  const row = recurringItems<string>({
    name: 'items',
    everyMs: 1,
    maxInFlight: 2,
    take: async () => ['bad', 'good'],
    run: async (item) => {
      runs[item]! += 1;
      if (item === 'bad') throw new Error('broken');
    },
  });
  ended = superviseWork([row], {
    log: { error: () => {} },
    signal: stopping.signal,
    retryDelay: () => 60_000,
  });
  await expect.poll(() => runs.good).toBeGreaterThan(5);
  expect(runs.bad).toBe(1);
});

test('a loop that ends is started again', async () => {
  const { row, counter } = createCounter();
  supervise(row);
  await expect.poll(() => counter.runs).toBeGreaterThan(2);
});

test('stopping waits for what is running and starts nothing more', async () => {
  const { row, started, release } = createItemsRow(['a'], 1);
  let hasEnded = false;
  supervise(row);
  void ended.then(() => {
    hasEnded = true;
  });
  await expect.poll(() => started).toEqual(['a']);
  stopping.abort();
  await sleep(20);
  expect(hasEnded).toBe(false);
  release.get('a')!();
  await ended;
  expect(started).toEqual(['a']);
});
