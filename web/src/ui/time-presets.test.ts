import { expect, test } from 'vitest';
import { timePresets } from './time-presets.ts';

test('on a Monday afternoon: in three hours, tomorrow and next Monday at nine', () => {
  const times = timePresets(new Date(2026, 10, 23, 14, 30));
  expect(times).toEqual([
    { name: 'laterToday', at: new Date(2026, 10, 23, 17, 30) },
    { name: 'tomorrow', at: new Date(2026, 10, 24, 9, 0) },
    { name: 'nextWeek', at: new Date(2026, 10, 30, 9, 0) },
  ]);
});

test('late in the evening “later today” is not offered', () => {
  const names = timePresets(new Date(2026, 10, 23, 22, 0)).map(({ name }) => name);
  expect(names).toEqual(['tomorrow', 'nextWeek']);
});

test('on a Sunday next Monday is “tomorrow”, and offered once', () => {
  const names = timePresets(new Date(2026, 10, 29, 10, 0)).map(({ name }) => name);
  expect(names).toEqual(['laterToday', 'tomorrow']);
});
