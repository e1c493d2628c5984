import { beforeAll, expect, test } from 'vitest';
import { loadAllMessages, setLanguage } from '../locales/messages.ts';
import { formatClockTime, formatShortTime } from './format-short-time.ts';

beforeAll(async () => {
  await setLanguage('en');
  await loadAllMessages();
});

const now = new Date(2026, 10, 23, 14, 30);

test.each([
  [new Date(2026, 10, 23, 14, 29, 40), 'now'],
  [new Date(2026, 10, 23, 14, 27), '3 min'],
  [new Date(2026, 10, 23, 9, 5), '09:05'],
  [new Date(2026, 10, 20, 16, 0), 'Fri 16:00'],
  [new Date(2026, 10, 24, 9, 0), 'Tue 09:00'],
  [new Date(2026, 10, 3, 9, 0), '3 Nov'],
  [new Date(2025, 10, 3, 9, 0), '3 Nov 2025'],
])('%s is shown as %s', (at, shown) => {
  expect(formatShortTime(at, now)).toBe(shown);
});

test('a time in a sentence is never relative', () => {
  expect(formatClockTime(now, now)).toBe('14:30');
  expect(formatClockTime(new Date(2026, 10, 20, 16, 0), now)).toBe('Fri 16:00');
});
