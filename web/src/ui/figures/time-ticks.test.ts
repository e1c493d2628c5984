import { expect, test } from 'vitest';
import { timeTicks } from './time-ticks.ts';

test.each([
  [3, [0, 1, 2, 3]],
  [45, [0, 15, 30, 45]],
  [350, [0, 120, 240, 360]],
  [3_600, [0, 900, 1_800, 2_700, 3_600]],
  [20 * 3_600, [0, 21_600, 43_200, 64_800, 86_400]],
  [3 * 86_400, [0, 86_400, 172_800, 259_200]],
  [3_000 * 86_400, [0, 750, 1_500, 2_250, 3_000].map((days) => days * 86_400)],
])('a plot up to %i seconds has lines at whole times', (highest, ticks) => {
  expect(timeTicks(highest)).toEqual(ticks);
});
