import { expect, test } from 'vitest';
import { parseRecipientList } from './parse-recipient-list.ts';

const addresses = (text: string) => parseRecipientList(text).listed.map(({ address }) => address);

test('with column names, the other columns become fields', () => {
  const { listed, invalid, duplicates } = parseRecipientList(
    '\ufeffName;E-Mail;Order no\r\n"Silva; Ana";Ana@Mail.example;17\r\nTom;tom@mail.example;18\r\nAgain;ANA@mail.example;19\r\n',
  );
  expect(listed).toEqual([
    {
      address: 'ana@mail.example',
      name: 'Silva; Ana',
      fields: { Name: 'Silva; Ana', 'E-Mail': 'Ana@Mail.example', 'Order no': '17' },
    },
    { address: 'tom@mail.example', name: 'Tom', fields: expect.objectContaining({ 'Order no': '18' }) },
  ]);
  expect({ invalid, duplicates }).toEqual({ invalid: [], duplicates: 1 });
});

test('without column names, the cell after the address is the name', () => {
  expect(parseRecipientList('tom@mail.example,Tom Becker\n17,ana@mail.example,Ana').listed).toEqual([
    { address: 'tom@mail.example', name: 'Tom Becker', fields: {} },
    { address: 'ana@mail.example', name: 'Ana', fields: {} },
  ]);
});

test('one address a line is a list', () => {
  expect(parseRecipientList('Ana Silva <ana@mail.example>\n\n tom@mail.example \n').listed).toEqual([
    { address: 'ana@mail.example', name: 'Ana Silva', fields: {} },
    { address: 'tom@mail.example', name: '', fields: {} },
  ]);
  expect(addresses('email\tname\nana@mail.example\tAna')).toEqual(['ana@mail.example']);
  expect(addresses('')).toEqual([]);
});

test('invalid lines are reported with number and reason', () => {
  const { listed, invalid } = parseRecipientList(
    'email,name\nana@mail.example,Ana\nnobody,No\n@x.example,\ntom@mail.example,Tom',
  );
  expect(listed).toHaveLength(2);
  expect(invalid).toEqual([
    { line: 3, text: 'nobody, No', problem: { code: 'address-without-at', params: {} } },
    { line: 4, text: '@x.example, ', problem: { code: 'address-local-part', params: {} } },
  ]);
});

test('an unbalanced quote loses no line', () => {
  expect(addresses('email,name\nana@mail.example,"Ana\ntom@mail.example,Tom "the" man\n')).toContain(
    'ana@mail.example',
  );
});
