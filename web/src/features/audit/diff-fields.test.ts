import { expect, test } from 'vitest';
import { diffFields } from './diff-fields.ts';

test('only what differs is told, also where there was nothing before or is nothing after', () => {
  expect(diffFields({ a: 1, b: 'x', c: { d: 1 } }, { a: 2, b: 'x', c: { d: 1 } })).toEqual([
    { field: 'a', before: 1, after: 2 },
  ]);
  expect(diffFields(null, { role: 'agent' })).toEqual([{ field: 'role', before: undefined, after: 'agent' }]);
  expect(diffFields({ name: 'It' }, undefined)).toEqual([{ field: 'name', before: 'It', after: undefined }]);
  expect(diffFields(null, null)).toEqual([]);
});
