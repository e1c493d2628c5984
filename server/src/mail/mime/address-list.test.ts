import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { parseAddressList } from './address-list.ts';

const read = (value: string) =>
  parseAddressList(value).map(({ name, address }) => (name ? `${name} <${address}>` : address));

test('the examples of RFC 5322, appendix A, including obsolete syntax', () => {
  expect(
    read(
      "A Group(Some people) :Chris Jones <c@(Chris's host.)public.example>, joe@example.org, John <jdoe@one.test> (my dear friend); (the end of the group)",
    ),
  ).toEqual(['Chris Jones <c@public.example>', 'joe@example.org', 'John <jdoe@one.test>']);
  expect(read('(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;')).toEqual([]);
  expect(read('Mary Smith <@node.test,@hub.test:mary@example.net>, , jdoe@test . example')).toEqual([
    'Mary Smith <mary@example.net>',
    'jdoe@test.example',
  ]);
  expect(read('Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>')).toEqual([
    'Pete <pete@silly.test>',
  ]);
  expect(read('"Giant; \\"Big\\" Box" <box@example.net>, Who? <one@y.test>')).toEqual([
    'Giant; "Big" Box <box@example.net>',
    'Who? <one@y.test>',
  ]);
  expect(read('jo@x.com (Jo (Sales) Doe)')).toEqual(['Jo (Sales) Doe <jo@x.com>']);
  expect(read('"a, b"@x.com')).toEqual(['"a, b"@x.com']);
  expect(read('a@[IPv6:2001:db8::1]; B: b@x.com, c@x.com;, d@x.com')).toEqual([
    'a@[IPv6:2001:db8::1]',
    'b@x.com',
    'c@x.com',
    'd@x.com',
  ]);
});

test('addresses that violate the grammar', () => {
  for (const [written, meant] of [
    ['Doe, John <j@x.com>, b@x.com', ['Doe, John <j@x.com>', 'b@x.com']],
    ['a@x.com b@x.com', ['a@x.com', 'b@x.com']],
    ['<a@x.com><b@x.com>', ['a@x.com', 'b@x.com']],
    ['<mailto:a@x.com>', ['a@x.com']],
    ["'a@x.com'", ['a@x.com']],
    ['Ana <a@x.com', ['Ana <a@x.com>']],
    ['Ana <a@x.com, Bo <b@x.com>', ['Ana <a@x.com>', 'Bo <b@x.com>']],
    ['Ana: <a@x.com>', ['Ana: <a@x.com>']],
    ['Ana a@x.com', ['Ana <a@x.com>']],
    ['Ida "ida@far.example"', ['Ida <ida@far.example>']],
    ['"Ida" ida@far.example', ['Ida <ida@far.example>']],
    ['"Silva, Ida" ida@far.example', ['Silva, Ida <ida@far.example>']],
    ['Ida "a b"@far.example', ['Ida <"a b"@far.example>']],
    ['Ana (Sales <a@x.com>', ['Ana (Sales <a@x.com>']],
    ['=?utf-8?B?QW5hIDxhQHguY29tPg==?=', ['Ana <a@x.com>']],
    ['=?utf-8?q?Doe=2C_Jo_=3Cevil=40y.com=3E?= <jo@x.com>', ['Doe, Jo <evil@y.com> <jo@x.com>']],
    ['"\xfcber" <a@x.com>', ['über <a@x.com>']],
    ['Ana [a@x.com]', ['Ana <a@x.com>']],
    ['Ana <[a@x.com]>', ['Ana <a@x.com>']],
    ['Ana <"a@x.com">', ['Ana <a@x.com>']],
    ['Ana <"a@b"@x.com>', ['Ana <"a@b"@x.com>']],
    ['Ana <<a@x.com>>, Bo <b@x.com>', ['Ana <a@x.com>', 'Bo <b@x.com>']],
    ['Ana <a@x.com.>', ['Ana <a@x.com>']],
    ['undisclosed-recipients:;', []],
    ['', []],
    [' , ;; <> ,', []],
  ] as Array<[string, string[]]>)
    expect(read(written), written).toEqual(meant);
});

const pieces = [
  '"',
  '<',
  '>',
  '(',
  ')',
  ',',
  ';',
  ':',
  '@',
  '\\',
  ' ',
  'a',
  'a@b',
  '=?utf-8?q?',
  '?=',
  '<a,',
];

// One test for each piece: together they would exceed a test's timeout.
test.each([...pieces, '@. ', ' . ', '<"a,', '\\"', '((a)'])(
  'a long list of only %s is parsed in linear time',
  async (piece) => {
    const list = `a@${piece.repeat(256 * 1024)}`;
    expect(await leastProcessorTime(() => parseAddressList(list), 5_000)).toBeLessThan(5_000);
  },
);

test('any value yields entries with a name or an address', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (value) => {
      for (const { name, address } of parseAddressList(value.join(''))) expect(name + address).not.toBe('');
    }),
    { numRuns: 2_000 },
  );
});

test('names and addresses are parsed as they were written', () => {
  const name = fc.stringMatching(/^[A-Za-z]([ A-Za-z.,;:@<>()[\]!-]{0,20}[A-Za-z])?$/);
  const address = fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,12}@[a-z0-9]{1,8}\.[a-z]{2,5}$/);
  fc.assert(
    fc.property(fc.array(fc.record({ name, address }), { maxLength: 5 }), (people) => {
      const written = people.map((person) => `"${person.name}" <${person.address}>`).join(', ');
      expect(parseAddressList(written)).toEqual(
        people.map((person) => ({ ...person, name: person.name.replace(/\s+/g, ' ') })),
      );
    }),
  );
});
