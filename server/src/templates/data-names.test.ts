import { expect, test } from 'vitest';
import { templates } from '../../../web/src/words/en/templates.ts';
import { exampleData } from './check-template.ts';
import { dataNames } from './data-names.ts';

test('the editor offers exactly the data names that messages have', () => {
  expect(Object.keys(templates.names)).toEqual([...dataNames]);
  const filled = Object.entries(exampleData).flatMap(([group, fields]) =>
    Object.keys(fields)
      .filter((field) => field !== 'custom')
      .map((field) => `${group}.${field}`),
  );
  expect(filled.toSorted()).toEqual([...dataNames].toSorted());
});
