import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('the delay doubles up to 64 seconds', () => {
  expect([0, 1, 2, 5, 6, 20].map((failures) => backoff(failures, null, 0))).toEqual([
    1_000, 2_000, 4_000, 32_000, 64_000, 64_000,
  ]);
});

test('up to a second is added at random, 64 seconds at most', () => {
  expect(backoff(0, null, 0.5)).toBe(1_500);
  expect(backoff(100, null, 1)).toBe(64_000);
});

test('a delay the server asked for is used as it is', () => {
  expect(backoff(3, 250)).toBe(250);
  expect(backoff(0, 0)).toBe(0);
});
