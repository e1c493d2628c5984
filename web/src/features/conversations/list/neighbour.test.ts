import { expect, test } from 'vitest';
import { neighbour } from './neighbour.ts';

test.each([
  // Without a conversation the keys start at an edge.
  [null, 1, 'a'],
  [null, -1, 'd'],
  ['b', 1, 'c'],
  ['b', -1, 'a'],
  ['d', 1, 'd'],
] as const)('beside %o, by %i, is %s', (id, step, next) => {
  expect(neighbour(['a', 'b', 'c', 'd'], { id, step, lastOrder: [] })).toBe(next);
});

test('beside a conversation that left the list are its former neighbours', () => {
  const lastOrder = ['a', 'b', 'gone', 'c', 'd'];
  // New rows above, and another one that left, do not change where the keys go.
  const now = ['new', 'newer', 'a', 'b', 'd'];
  expect(neighbour(now, { id: 'gone', step: 1, lastOrder })).toBe('d');
  expect(neighbour(now, { id: 'gone', step: -1, lastOrder })).toBe('b');
  expect(neighbour(['new'], { id: 'gone', step: 1, lastOrder })).toBe('new');
  expect(neighbour([], { id: 'gone', step: 1, lastOrder })).toBeUndefined();
});
