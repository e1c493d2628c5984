import { expect, test } from 'vitest';
import { beginsWith, contains, spellings } from './fold-letters.ts';

test.each([
  ['Müller', ['muller', 'mueller']],
  ['Mu\u0308ller', ['muller', 'mueller']],
  ['Straße', ['strasse']],
  ['Øyvind Åse', ['oyvind ase', 'oeyvind aase']],
  ['ŁUKASZ Æsop İnci ΆΛΦΑΣ', ['lukasz aesop inci αλφασ']],
  ['Zoe', ['zoe']],
])('the spellings of %s', (text, expected) => {
  expect(spellings(text)).toEqual(expected);
});

test.each([
  ['Müller', 'mueller'],
  ['Mueller', 'Müll'],
  ['Müller', 'mue'],
  ['Müller', 'MULL'],
  ['Weiß', 'weiss'],
  ['Weiss', 'weiß'],
  ['Søren', 'soren'],
  ['Soren', 'sø'],
])('%s begins with %s', (text, typed) => {
  expect(beginsWith(text, typed)).toBe(true);
});

test('a name is not found by another name that only lacks an e', () => {
  expect(beginsWith('Joanna', 'joe')).toBe(false);
  expect(contains('Anna Jörgens', 'joergens')).toBe(true);
  expect(contains('Anna Jörgens', 'org')).toBe(true);
  expect(contains('Anna Jörgens', 'jergens')).toBe(false);
});
