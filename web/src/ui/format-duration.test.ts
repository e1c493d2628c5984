import { expect, test } from 'vitest';
import { formatDuration } from './format-duration.ts';

test.each([
  [0.5, '0m'],
  [59, '59m'],
  [60, '1h'],
  [47 * 60, '47h'],
  [48 * 60, '2d'],
])('%s minutes last %s', (minutes, shown) => {
  const now = new Date();
  expect(formatDuration(new Date(now.getTime() - minutes * 60_000), now)).toBe(shown);
});
