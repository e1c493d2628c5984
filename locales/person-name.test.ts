import { expect, test } from 'vitest';
import { splitName } from './person-name.ts';

const at = 'ana@mail.example';
const parts = (stored: string, address = at) => {
  const { firstName, lastName, displayName } = splitName(stored, address);
  return [firstName, lastName, displayName];
};

test('a customer without a name has no first name, and is shown by the address', () => {
  for (const none of ['', '  ', at, 'ANA@mail.example', '<ana@mail.example>', "'other@far.example'"])
    expect(splitName(none, at)).toEqual({ name: '', displayName: at, firstName: '', lastName: '' });
});

test('first and last names are found in either order', () => {
  expect(parts('Ana Silva')).toEqual(['Ana', 'Silva', 'Ana Silva']);
  expect(parts('Ana Maria  da Silva')).toEqual(['Ana', 'Maria da Silva', 'Ana Maria da Silva']);
  expect(parts('Silva, Ana')).toEqual(['Ana', 'Silva', 'Ana Silva']);
  expect(parts('da Silva,Ana')).toEqual(['Ana', 'da Silva', 'Ana da Silva']);
  expect(parts('"Silva, Ana" (Acme)')).toEqual(['Ana', 'Silva', 'Ana Silva']);
  expect(parts("'Ana Silva'")).toEqual(['Ana', 'Silva', 'Ana Silva']);
  expect(parts('Ana')).toEqual(['Ana', '', 'Ana']);
  expect(parts('王小明')).toEqual(['王小明', '', '王小明']);
});

test('titles and suffixes are no names', () => {
  expect(parts('Dr. Ana Silva').slice(0, 2)).toEqual(['Ana', 'Silva']);
  expect(parts('Silva, Dr. Ana').slice(0, 2)).toEqual(['Ana', 'Silva']);
  expect(parts('Frau Müller').slice(0, 2)).toEqual(['', 'Müller']);
  expect(parts('Ana Silva, PhD').slice(0, 2)).toEqual(['Ana', 'Silva']);
  expect(parts('Acme, Inc.').slice(0, 2)).toEqual(['Acme', '']);
  expect(parts('Smith, Jones & Partners')[0]).toBe('Smith');
});
