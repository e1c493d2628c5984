import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { plantedFaults, plantIn } from './planted-faults.ts';

const sourceOf = (file: string) => readFile(new URL(`../server/src/${file}`, import.meta.url), 'utf8');

test.each(plantedFaults)('the code has the lines in which to plant: $name', async ({ edits }) => {
  for (const edit of edits) {
    const source = await sourceOf(edit.file);
    expect(plantIn(source, [edit])).not.toBe(source);
  }
});

test('a line that is not there once is an error', () => {
  const edit = { file: 'a.ts', from: 'x', to: 'y' };
  expect(() => plantIn('a', [edit])).toThrow('a.ts');
  expect(() => plantIn('x x', [edit])).toThrow('a.ts');
  expect(plantIn('a x $& b', [{ ...edit, to: '$&' }])).toBe('a $& $& b');
});
