import { expect, test } from 'vitest';
import { directionOf, withoutDirections } from './text-direction.ts';

test.each([
  ['שלום Anna', 'rtl'],
  ['Anna שלום', 'ltr'],
  ['12: مرحبا', 'rtl'],
  ['12.50 €', null],
  ['你好', 'ltr'],
])('%s is written in direction %s', (text, direction) => {
  expect(directionOf(text)).toBe(direction);
});

test('directions are removed from tags and not from words', () => {
  expect(withoutDirections('<p dir="auto">the attribute dir="auto"</p><ul style="x" dir="rtl">')).toBe(
    '<p>the attribute dir="auto"</p><ul style="x">',
  );
});
