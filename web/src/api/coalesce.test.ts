import { beforeEach, expect, test, vi } from 'vitest';
import { atMostOnce, batch } from './coalesce.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

test('a batch passes each key once', () => {
  const flushed: string[][] = [];
  const add = batch(50, (keys) => flushed.push(keys));
  for (const key of ['a', 'b', 'a']) add(key);
  vi.advanceTimersByTime(50);
  add('a');
  vi.advanceTimersByTime(50);
  expect(flushed).toEqual([['a', 'b'], ['a']]);
});

test('something asked for all the time runs once a second, the last time too', () => {
  const began = performance.now();
  const runs: number[] = [];
  const ask = atMostOnce({ delayMs: 150, everyMs: 1_000 }, () => runs.push(performance.now() - began));
  // 50 events a second for three seconds
  for (let event = 0; event < 150; event += 1) {
    ask();
    vi.advanceTimersByTime(20);
  }
  expect(runs).toEqual([150, 1_150, 2_150]);
  vi.advanceTimersByTime(10_000);
  expect(runs).toEqual([150, 1_150, 2_150, 3_150]);
  // After a rest it does not wait for the second.
  ask();
  vi.advanceTimersByTime(150);
  expect(runs).toHaveLength(5);
});
