import { expect, test } from 'vitest';
import { findByContentId } from './content-id.ts';

const entries = new Map([
  ['a@x', 1],
  ['A@x', 2],
  ['b%c@x', 3],
  ['12', 4],
]);

test.each<[reference: string, entry: number | undefined]>([
  ['a@x', 1],
  ['A@x', 2],
  ['a%40x', 1],
  ['a%40X', 1],
  ['<a@x>', 1],
  [' %3Ca@x%3E ', 1],
  ['b%c@x', 3],
  ['b%25c@x', 3],
  ['1', undefined],
  ['123', undefined],
  ['', undefined],
])('cid:%s refers to part %s', (reference, entry) => {
  expect(findByContentId(reference, entries)).toBe(entry);
});
