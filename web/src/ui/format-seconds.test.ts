import { expect, test } from 'vitest';
import { formatSeconds } from './format-seconds.ts';

test('a length of time has the largest fitting unit', () => {
  expect([0, 59, 60, 3_599, 3_600, 12_600, 172_799, 172_800, 180_000].map(formatSeconds)).toEqual([
    '0 secs',
    '59 secs',
    '1 min',
    '60 mins',
    '1 hr',
    '3.5 hrs',
    '48 hrs',
    '2 days',
    '2.1 days',
  ]);
});
