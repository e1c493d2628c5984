import { expect, test } from 'vitest';
import { parseMessageIds } from './message-ids.ts';

test('Message-IDs as real programs write them', () => {
  expect(parseMessageIds('<a@x>\r\n\t<b@y> <a@x>')).toEqual(['<a@x>', '<b@y>']);
  expect(parseMessageIds('a@x.com, b@y.com')).toEqual(['<a@x.com>', '<b@y.com>']);
  expect(parseMessageIds('Your message of "Tue, 1 Mar" <c@z>')).toEqual(['<c@z>']);
  expect(parseMessageIds(`<${'x'.repeat(1000)}@y>`)).toEqual([]);
});

test('blanks in and around brackets', () => {
  expect(parseMessageIds('< a@x >, < >, <>')).toEqual(['<a@x>']);
});
