import { expect, test } from 'vitest';
import { templates } from '../../../web/src/words/en/templates.ts';
import { exampleData } from './check-template.ts';
import { dataNames } from './data-names.ts';

test('every data name is offered for insertion, and is one that messages are filled with', () => {
  expect(Object.keys(templates.names)).toEqual([...dataNames]);
  const filled = Object.entries(exampleData).flatMap(([group, fields]) =>
    Object.keys(fields)
      .filter((field) => field !== 'custom')
      .map((field) => `${group}.${field}`),
  );
  expect(filled.toSorted()).toEqual([...dataNames].toSorted());
});
