import { expect, test } from 'vitest';
import { filterRows } from './list-filter.tsx';
import { isLongList } from './long-list.ts';

const rows = ['Müller Berlin, mueller@acme.example', 'Oslo, oslo@acme.example'].map((row) => row.split(', '));
const found = (typed: string) => filterRows(rows, typed, (row) => row).map(([name]) => name);

test('each word is in one of the texts, in any spelling', () => {
  expect(found('muller')).toEqual(['Müller Berlin']);
  expect(found('  BERLIN mueller@ ')).toEqual(['Müller Berlin']);
  expect(found('berlin oslo')).toEqual([]);
  expect(found(' ')).toEqual(['Müller Berlin', 'Oslo']);
});

test('a list is long from 13 rows on', () => {
  expect([12, 13].map((length) => isLongList(Array.from({ length })))).toEqual([false, true]);
});
