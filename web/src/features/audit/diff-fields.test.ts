import { expect, test } from 'vitest';
import { changesOf } from './diff-fields.ts';

test('only what differs is told, also where there was nothing before or is nothing after', () => {
  expect(changesOf({ a: 1, b: 'x', c: { d: 1 } }, { a: 2, b: 'x', c: { d: 1 } })).toEqual([
    { field: 'a', before: 1, after: 2 },
  ]);
  expect(changesOf(null, { role: 'agent' })).toEqual([{ field: 'role', before: undefined, after: 'agent' }]);
  expect(changesOf({ name: 'It' }, undefined)).toEqual([{ field: 'name', before: 'It', after: undefined }]);
  expect(changesOf(null, null)).toEqual([]);
});
