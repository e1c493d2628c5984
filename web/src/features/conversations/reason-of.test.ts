import { expect, test } from 'vitest';
import { reasonOf } from './reason-of.ts';

test('a status is said in words: the closest that is known, for final and passing ones alike', () => {
  expect(reasonOf('5.1.1')).toBe('there is no such address.');
  expect(reasonOf('5.1.10')).toBe('the domain takes no mail.');
  expect(reasonOf('4.2.2')).toBe('the mailbox is full.');
  expect(reasonOf('5.7.606')).toBe('the other mail server refused it.');
  expect(reasonOf('5.0.0')).toBe('the other mail server gave no clear reason.');
  expect(reasonOf('')).toBe('the other mail server gave no clear reason.');
});
