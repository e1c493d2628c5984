import { expect, test } from 'vitest';
import { stepOf, stepsOf } from './period.ts';

const period = (from: string, to: string) => ({ days: null, from, to });

test('a period is shown in at most some sixty steps', () => {
  expect(stepOf(period('2026-01-01', '2026-03-04'))).toBe('day');
  expect(stepOf(period('2026-01-01', '2026-03-05'))).toBe('week');
  expect(stepOf(period('2025-01-01', '2026-12-31'))).toBe('month');
});

test('the steps begin where the server begins them', () => {
  expect(stepsOf(period('2026-02-27', '2026-03-01'))).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  const weeks = stepsOf(period('2026-01-01', '2026-04-01'));
  expect([weeks[0], weeks.at(-1)]).toEqual(['2025-12-29', '2026-03-30']);
  const months = stepsOf(period('2025-01-15', '2026-06-01'));
  expect([months[0], months.at(-1), months.length]).toEqual(['2025-01-01', '2026-06-01', 18]);
});
