import { expect, test } from 'vitest';
import { checkRecipient } from '../../../../../server/src/mail/mime/addresses.ts';
import { addressIn, formatAddress, splitRecipients, withRecipients } from './recipients.ts';

test.each([
  ['a line each', 'ana@x.com\njo@y.com\r\n\n kim@z.com ', ['ana@x.com', 'jo@y.com', 'kim@z.com']],
  ['commas', 'ana@x.com, jo@y.com,kim@z.com,', ['ana@x.com', 'jo@y.com', 'kim@z.com']],
  ['semicolons', 'ana@x.com; jo@y.com;', ['ana@x.com', 'jo@y.com']],
  ['spaces', 'ana@x.com jo@y.com', ['ana@x.com', 'jo@y.com']],
  ['names', 'Ana Silva <ana@x.com>, Jo <jo@y.com>', ['Ana Silva <ana@x.com>', 'Jo <jo@y.com>']],
  ['spaces, with names', 'Ana <ana@x.com> Jo <jo@y.com>', ['Ana <ana@x.com>', 'Jo <jo@y.com>']],
  ['spaces, in brackets', '<ana@x.com> <jo@y.com><kim@z.com>', ['ana@x.com', 'jo@y.com', 'kim@z.com']],
  ['quoted names', '"Silva, Ana" <ana@x.com>, Jo <jo@y.com>', ['"Silva, Ana" <ana@x.com>', 'Jo <jo@y.com>']],
  [
    'Outlook',
    'Silva, Ana <ana@x.com>; Doe, Jo (Sales) <jo@y.com>',
    ['"Silva, Ana" <ana@x.com>', '"Doe, Jo (Sales)" <jo@y.com>'],
  ],
  [
    'Outlook with commas',
    'Silva, Ana <ana@x.com>, Acme, Inc., Sales <jo@y.com>',
    ['"Silva, Ana" <ana@x.com>', '"Acme, Inc., Sales" <jo@y.com>'],
  ],
  ['single quotes', "'Ana Silva' <ana@x.com>", ['Ana Silva <ana@x.com>']],
  ['old Outlook', 'Ana Silva [mailto:ana@x.com]', ['Ana Silva <ana@x.com>']],
  ['the address in parentheses', 'Ana Silva (ana@x.com)', ['Ana Silva <ana@x.com>']],
  ['a link', 'mailto:ana@x.com', ['ana@x.com']],
  ['brackets only', '<ana@x.com>', ['ana@x.com']],
  ['a quote in a name', '"Ana \\"Ani\\" Silva" <ana@x.com>', ['"Ana \\"Ani\\" Silva" <ana@x.com>']],
  ['a quote that is not closed', '"Ana <ana@x.com>, jo@y.com', ['"\\"Ana" <ana@x.com>', 'jo@y.com']],
  ['no recipients', 'Ana, Jo; Kim', ['Ana', 'Jo', 'Kim']],
  ['words before an address', 'Ana, jo@y.com', ['Ana', 'jo@y.com']],
  ['nothing', ' ,; \n', []],
])('recipients separated by %s', (_, text, expected) => {
  const found = splitRecipients(text);
  expect(found).toEqual(expected);
  // What is a recipient already stays as it is.
  expect(found.flatMap(splitRecipients)).toEqual(expected);
});

test.each([
  'Ana Silva',
  'Silva, Ana',
  'O"Brien \\ Sons',
  'Ana; (Sales) <b>',
  'a@b.example',
  '李小龙',
  '=?utf-8?q?a?=',
])('the server reads a recipient as it was meant: %s', (name) => {
  const text = formatAddress({ name, address: 'ana@x.com' });
  expect(splitRecipients(text)).toEqual([text]);
  expect(checkRecipient(text)).toEqual({ kind: 'ok', recipient: { name, address: 'ana@x.com' } });
});

test('an address is added once', () => {
  const current = ['Ana <ana@x.com>'];
  expect(withRecipients(current, ['ANA@x.com', 'jo@y.com', 'Jo <jo@y.com>'])).toEqual([
    ...current,
    'jo@y.com',
  ]);
  expect(addressIn('"Silva, Ana" <Ana@x.com>')).toBe('ana@x.com');
});

test('a thousand recipients are split at once', () => {
  const list = Array.from({ length: 1_000 }, (_, index) => `"Name, ${index}" <c${index}@x.com>`);
  expect(splitRecipients(list.join('\n'))).toEqual(list);
  expect(splitRecipients('"'.repeat(20_001) + '('.repeat(20_000))).toHaveLength(1);
});
