import { expect, test } from 'vitest';
import { diffFields } from './diff-fields.ts';

test('only fields that differ are listed, also for created and deleted objects', () => {
  expect(diffFields({ a: 1, b: 'x', c: { d: 1 } }, { a: 2, b: 'x', c: { d: 1 } })).toEqual([
    { field: 'a', before: 1, after: 2 },
  ]);
  expect(diffFields(null, { role: 'agent' })).toEqual([{ field: 'role', before: undefined, after: 'agent' }]);
  expect(diffFields({ name: 'It' }, undefined)).toEqual([{ field: 'name', before: 'It', after: undefined }]);
  expect(diffFields(null, null)).toEqual([]);
});
