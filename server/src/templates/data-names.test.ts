import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exampleData } from './check-template.ts';
import { dataNames } from './data-names.ts';

test('the editor offers exactly the data names that messages have', () => {
  const english = JSON.parse(readFileSync(new URL('../../../locales/en.json', import.meta.url), 'utf8'));
  const offered = Object.keys(english).flatMap((key) => /^templates\.names\.(.+)$/.exec(key)?.[1] ?? []);
  expect(offered).toEqual([...dataNames]);
  const filled = Object.entries(exampleData).flatMap(([group, fields]) =>
    Object.keys(fields)
      .filter((field) => field !== 'custom')
      .map((field) => `${group}.${field}`),
  );
  expect(filled.toSorted()).toEqual([...dataNames].toSorted());
});
