import { expect, test } from 'vitest';
import { hourCycleOf, withClock } from './clock.ts';

test.each([
  ['auto', 'en-GB', ['en-US', 'en'], 'h12'],
  ['auto', 'en-GB', ['de-DE', 'en-US'], 'h12'],
  ['auto', 'en-GB', ['en'], 'h23'],
  ['auto', 'de-DE', ['en-US'], 'h23'],
  ['auto', 'fr-FR', ['fr-CA'], 'h23'],
  ['12', 'de-DE', ['de-DE'], 'h12'],
  ['24', 'en-GB', ['en-US'], 'h23'],
] as const)('choice %s in %s with the browser’s %s has the cycle %s', (choice, locale, locales, expected) => {
  expect(hourCycleOf(choice, { locale, locales })).toBe(expected);
});

test('only formats that show a time have a clock', () => {
  expect(withClock({ dateStyle: 'full' }, 'en-GB')).toEqual({ dateStyle: 'full' });
  const format = new Intl.DateTimeFormat('en-GB', withClock({ timeStyle: 'short' }, 'en-GB'));
  expect(format.format(new Date(2026, 10, 3, 14, 5))).toBe('14:05');
});
