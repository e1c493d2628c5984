import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { parseAddressList } from './address-list.ts';
import { decodeHeader } from './encoded-words.ts';
import { parseParameters } from './parameters.ts';

test.each([
  ['base64, the first word unpadded', '=?utf-8?B?YQ?= =?utf-8?B?Yg==?=', 'ab'],
  ['base64, three left letters', '=?utf-8?B?YWI?= =?utf-8?B?Y2Q=?=', 'abcd'],
  ['base64, all of three words unpadded', '=?utf-8?B?YQ?= =?utf-8?B?YmM?= =?utf-8?B?w7Y?=', 'abcö'],
  ['base64, the middle one unpadded', '=?utf-8?B?YWJj?= =?utf-8?B?w7Y?= =?utf-8?B?ZGVm?=', 'abcödef'],
  ['base64, folded lines between', '=?utf-8?B?YQ?=\r\n =?utf-8?B?Yg?=\r\n\t=?utf-8?B?Yw==?=', 'abc'],
  ['base64, padded words of one byte each', '=?utf-8?B?ww==?= =?utf-8?B?tg==?=', 'ö'],
  ['base64, unpadded words of one byte each', '=?utf-8?B?ww?= =?utf-8?B?tg?=', 'ö'],
  ['base64, a group split between words', '=?utf-8?B?5L2g5a?= =?utf-8?B?W9?=', '你好'],
  ['base64, one letter in the first word', '=?utf-8?B?w?= =?utf-8?B?7Y=?=', 'ö'],
  ['base64, padding within a word', '=?utf-8?B?YQ==Yg==?=', 'ab'],
  ['quoted-printable, an escape split', '=?utf-8?q?=C3=B?= =?utf-8?q?6l?=', 'öl'],
  ['quoted-printable, an escape split after =', '=?utf-8?q?=C3=?= =?utf-8?q?B6l?=', 'öl'],
  ['quoted-printable, a character split', '=?utf-8?q?=C3?= =?utf-8?q?=B6l?=', 'öl'],
  ['quoted-printable, then base64', '=?utf-8?q?=C3?= =?utf-8?B?tg?= =?utf-8?q?l?=', 'öl'],
  [
    'words that each begin and end with an escape sequence',
    '=?ISO-2022-JP?B?GyRCQ21KOCROGyhC?= =?ISO-2022-JP?B?GyRCN28bKEI=?= =?iso-2022-jp?Q?=1B$B=25i=1B(B_1?=',
    '注文の件ラ 1',
  ],
  ['different character sets', '=?utf-8?B?w7Y?= =?iso-8859-1?B?9g?= =?koi8-r?B?8A==?=', 'ööП'],
  ['different character sets, a cut escape', '=?utf-8?q?a=3?= =?iso-8859-1?q?Db?=', 'a=3Db'],
])('adjacent encoded words: %s', (_, value, text) => {
  expect(decodeHeader(value)).toBe(text);
});

test.each([
  ['a word in a word', '=?utf-8?B?PT91dGYtOD9RP0dyPUMzPUJDbj89?=', 'Grün'],
  ['words in a word', '=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D_=3D=3Futf-8=3FQ=3Fb=3F=3D?=', 'ab'],
  ['a word in a word, split', '=?utf-8?B?PT91dGYtOD9R?= =?utf-8?B?P0dyPUMzPUJDbj89?=', 'Grün'],
  ['text about a word', '=?utf-8?Q?what_is_=3D=3Futf-8=3FQ=3Fa=3F=3D?=', 'what is =?utf-8?Q?a?='],
  ['a question mark before an escape', '=?utf-8?Q?wie?=3F_gr=C3=BCn?=', 'wie?? grün'],
  ['a question mark at the end', '=?utf-8?Q?wie??= x', 'wie? x'],
  ['spaces within the syntax', '=? utf-8 ? Q ?gr=C3=BCn?=', 'grün'],
  ['cut off after an escape', 'Re: =?utf-8?Q?gr=C3=BCn_ist', 'Re: grün ist'],
  ['base64, cut off', 'Re: =?utf-8?B?R3LDvG4gaXN0IGRpZSBMYW1wZS4', 'Re: Grün ist die Lampe.'],
  ['base64 syntax in a text about it', 'what is =?utf-8?B?Tm90 and why', 'what is =?utf-8?B?Tm90 and why'],
  ['control characters', '=?utf-8?Q?Hi=0D=0ABcc:_a@x.example=07=1B[31m?=', 'Hi Bcc: a@x.example [31m'],
])('encoded words that programs damage: %s', (_, value, text) => {
  expect(decodeHeader(value)).toBe(text);
});

test('a raw value in ISO-2022-JP, which is ASCII', () => {
  expect(decodeHeader('Re: \x1b$BCmJ8$N7o\x1b(B')).toBe('Re: 注文の件');
});

test('nested encoded words end at a bound', () => {
  let value = 'x';
  for (let depth = 0; depth < 10; depth += 1) value = `=?utf-8?B?${Buffer.from(value).toString('base64')}?=`;
  expect(decodeHeader(value)).toMatch(/^=\?utf-8/);
});

test('a name has no control characters', () => {
  expect(parseAddressList('=?utf-8?Q?Eve=0D=0ATo:_b?= <eve@x.com>, "a\u0007b" <b@x.com>')).toEqual([
    { name: 'Eve To: b', address: 'eve@x.com' },
    { name: 'a b', address: 'b@x.com' },
  ]);
});

test('encoded words in addresses and parameters are joined likewise', () => {
  expect(parseAddressList('=?utf-8?B?YQ?=\r\n =?utf-8?B?w7Y?= <a@x.com>, =?utf-8?B?Yg?= <b@x.com>')).toEqual([
    { name: 'aö', address: 'a@x.com' },
    { name: 'b', address: 'b@x.com' },
  ]);
  const filename = (parameters: string) =>
    parseParameters(`attachment; ${parameters}`).parameters.get('filename');
  expect(filename('filename="=?utf-8?B?YQ?= =?utf-8?B?w7Y?="')).toBe('aö');
  expect(filename('filename*0="=?utf-8?B?YQ?=";\r\n filename*1="=?utf-8?B?w7Y?="')).toBe('aö');
  expect(filename('filename*0="=?utf-8?q?=C3?="; filename*1="=?utf-8?q?=B6.pdf?="')).toBe('ö.pdf');
  expect(filename("filename*0*=utf-8''%C3; filename*1*=%B6.pdf")).toBe('ö.pdf');
});

test('a header of nothing but short words is decoded in linear time', async () => {
  const decode = () => {
    for (const content of ['B?Y', 'B?YQYQY', 'q?=', 'q?a=4'])
      decodeHeader(`=?utf-8?B?YQYQY?= ${`=?utf-8?${content}?= `.repeat(200_000)}`);
  };
  expect(await leastProcessorTime(decode, 5_000)).toBeLessThan(5_000);
});
