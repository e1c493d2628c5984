import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { cleanFileName } from './file-names.ts';
import { fileTypeOf } from './file-type.ts';
import { parseParameters } from './parameters.ts';
import { parseMime } from './parse-mime.ts';
import { decompressRtf, readRtf } from './rtf.ts';
import { openTnef } from './tnef.ts';

test.each([
  ['invoice 225/2385/5648.pdf', 'invoice 225_2385_5648.pdf'],
  ['a\\b.pdf', 'a_b.pdf'],
  ['C:\\Users\\ana\\Offer 2026.pdf', 'Offer 2026.pdf'],
  ['\\\\server\\share\\offer.pdf', 'offer.pdf'],
  ['/home/ana/offer.pdf', 'offer.pdf'],
  ['../../etc/passwd', '.._.._etc_passwd'],
  ['.htaccess', '.htaccess'],
  ['..', ''],
  [' / ', ''],
  ['gpj.\u202eexe', 'gpj.exe'],
  ['a\u0000b\u200b\u2066\u0085.pdf', 'ab.pdf'],
  ['two\r\n lines\t.pdf', 'two  lines .pdf'],
  ['עברית.pdf', 'עברית.pdf'],
  ['👩‍💻.png', '👩‍💻.png'],
])('the file name %j is listed as %j', (name, listed) => {
  expect(cleanFileName(name)).toBe(listed);
});

test('an overlong file name keeps its extension', () => {
  const name = cleanFileName(`${'ä👍'.repeat(200)}.pdf`);
  expect(name).toHaveLength(249);
  expect(name).toMatch(/^ä👍ä👍.*…\.pdf$/u);
  expect(name.isWellFormed()).toBe(true);
});

test('backslashes in a quoted name that escape nothing are part of the name', () => {
  const name = (value: string) => parseParameters(`attachment; filename=${value}`).parameters.get('filename');
  expect(name('"C:\\Users\\ana.pdf"')).toBe('C:\\Users\\ana.pdf');
  expect(name('"say \\"yes\\" \\\\ no.pdf"')).toBe('say "yes" \\ no.pdf');
});

test('semicolons in a name without quotes are part of the name, as far as they end in one', async () => {
  const read = (value: string) => Object.fromEntries(parseParameters(`attachment; ${value}`).parameters);
  expect(read('filename=Offer; March.pdf; size=123')).toEqual({ filename: 'Offer; March.pdf', size: '123' });
  expect(read('name=Offer 1;2;3.pdf')).toEqual({ name: 'Offer 1;2;3.pdf' });
  expect(read('filename=Offer; March.pdf;')).toEqual({ filename: 'Offer; March.pdf' });
  // What follows is no part of a name that has its extension, nor a part of other parameters.
  expect(read('filename=offer.pdf; inline.x')).toEqual({ filename: 'offer.pdf' });
  expect(read('filename=Offer; inline; size=1')).toEqual({ filename: 'Offer', size: '1' });
  expect(read('charset=utf-8; more.x')).toEqual({ charset: 'utf-8' });
  expect(read('filename="Offer"; March.pdf')).toEqual({ filename: 'Offer' });
  for (const name of ['a;'.repeat(30_000), 'a.; '.repeat(15_000)])
    expect(await leastProcessorTime(() => read(`filename=${name}`), 250)).toBeLessThan(250);
});

test.each<[declared: string, filename: string, content: string, type: string]>([
  ['application/octet-stream', 'a.png', '\x89PNG\r\n\x1a\n', 'image/png'],
  ['image/jpg', 'a.jpg', '\xff\xd8\xff\xe0', 'image/jpeg'],
  ['image/jpg', 'a.jpg', '\x89PNG\r\n\x1a\n', 'image/png'],
  ['application/pdf', 'a.pdf', 'GIF89a', 'image/gif'],
  ['application/x-download', 'scan', '%PDF-1.7', 'application/pdf'],
  ['application/octet-stream', 'a.csv', 'Name;Stra\xdfe', 'text/csv'],
  ['application/octet-stream', 'a.log', '\xff\xfea\0b\0', 'text/plain'],
  ['application/octet-stream', 'a.txt', 'a\0\x01\x02 binary', 'application/octet-stream'],
  ['application/octet-stream', 'a.eml', 'Received: x\r\nSubject: y\r\n\r\nz', 'message/rfc822'],
  ['text/plain', 'a.eml', 'Subject: y\r\n\r\nz', 'message/rfc822'],
  ['application/octet-stream', 'a.eml', '\0\0\0', 'application/octet-stream'],
  ['application/octet-stream', 'a.html', '<script>', 'application/octet-stream'],
  ['text/csv', 'a.csv', 'a,b', 'text/csv'],
])('a file declared as %s with the name %s has its type by content', (declared, filename, content, type) => {
  expect(fileTypeOf(declared, filename, Buffer.from(content, 'latin1'))).toBe(type);
});

const word = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const attribute = (level: number, id: number, data: Buffer) =>
  Buffer.concat([Buffer.of(level), word(id), word(data.length), data, Buffer.alloc(2)]);
const padded = (data: Buffer) => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
const property = (tag: number, data: Buffer) =>
  Buffer.concat([word(tag), word(1), word(data.length), padded(data)]);
const properties = (list: Buffer[]) => Buffer.concat([word(list.length), ...list]);
const utf16 = (text: string) => Buffer.from(`${text}\0`, 'utf16le');
const tnef = (...attributes: Buffer[]) =>
  Buffer.concat([word(0x223e9f78), Buffer.of(1, 0), attribute(1, 0x00069007, word(1251)), ...attributes]);
const file = (list: Buffer[], data: string | null) => [
  attribute(2, 0x00069002, Buffer.alloc(14)),
  ...(data === null ? [] : [attribute(2, 0x0006800f, Buffer.from(data))]),
  attribute(2, 0x00069005, properties(list)),
];

/** "Привет" in windows-1251, the code page that the file names. */
const greeting = Buffer.from('\xcf\xf0\xe8\xe2\xe5\xf2\0', 'latin1');
const winmail = tnef(
  attribute(1, 0x0002800c, greeting),
  ...file(
    [property(0x3707001f, utf16('Смета 1/2.pdf')), property(0x370e001f, utf16('application/pdf'))],
    'PDF',
  ),
  ...file([property(0x3712001f, utf16('logo@x')), property(0x3704001e, Buffer.from('LOGO.PNG\0'))], 'PNG'),
  ...file(
    [
      property(0x3001001f, utf16('Older')),
      property(
        0x3701000d,
        Buffer.concat([Buffer.alloc(16), tnef(attribute(1, 0x0002800c, Buffer.from('older words\0')))]),
      ),
    ],
    null,
  ),
);

async function mailWith(text: string, attached: Buffer) {
  const mail = await parseMime(
    Buffer.from(
      `Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${text}\r\n--b\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n${attached.toString('base64')}\r\n--b--`,
    ),
  );
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  const files = mail.attachments.map(({ filename, mediaType, contentId, bytes }) => [
    filename,
    mediaType,
    contentId,
    Buffer.from(bytes).toString(),
  ]);
  return { text: mail.text?.trim(), html: mail.html, files };
}

test('a winmail.dat is opened: its files in its place, its words in the body', async () => {
  const files = [
    ['Смета 1_2.pdf', 'application/pdf', null, 'PDF'],
    ['LOGO.PNG', 'application/octet-stream', 'logo@x', 'PNG'],
    ['Older.txt', 'text/plain', null, 'older words'],
  ];
  expect(await mailWith('', winmail)).toEqual({ text: 'Привет', html: null, files });
  expect(await mailWith('A footer', winmail)).toMatchObject({ text: 'A footer\n\nПривет', files });
  const same = Buffer.from('one   two\r\n\0');
  expect((await mailWith('one two three', tnef(attribute(1, 0x0002800c, same)))).text).toBe('one two three');
});

test('a damaged winmail.dat stays a file', async () => {
  const withoutContent = tnef(attribute(1, 0x0002800c, greeting), attribute(2, 0x00069002, Buffer.alloc(14)));
  for (const bytes of [
    winmail.subarray(0, winmail.length - 20),
    winmail.subarray(0, 6),
    Buffer.from('x'),
    withoutContent,
  ])
    expect((await mailWith('words', bytes)).files).toHaveLength(1);
});

test('damaged and hostile winmail.dat files take bounded time', async () => {
  const many = attribute(1, 0x00069003, properties(Array.from({ length: 20_000 }, () => word(0x1000101f))));
  const counts = attribute(
    1,
    0x00069003,
    Buffer.concat([word(0xffffffff), word(0x00031003), word(0xffffffff)]),
  );
  let nested = tnef();
  for (let depth = 0; depth < 50; depth += 1)
    nested = tnef(...file([property(0x3701000d, Buffer.concat([Buffer.alloc(16), nested]))], null));
  const hostile = [tnef(many), tnef(counts), tnef(...Array.from({ length: 50_000 }, () => counts)), nested];
  const openAll = () => {
    for (const bytes of hostile) openTnef(bytes);
  };
  expect(await leastProcessorTime(openAll, 5_000)).toBeLessThan(5_000);
  fc.assert(
    fc.property(fc.nat(winmail.length - 1), fc.uint8Array({ maxLength: 8 }), (at, put) => {
      openTnef(Buffer.concat([winmail.subarray(0, at), put, winmail.subarray(at + put.length)]));
    }),
    { numRuns: 500 },
  );
});

test('RTF yields its words, or the HTML inside it', async () => {
  const read = (rtf: string) => readRtf(Buffer.from(rtf, 'latin1'), '');
  expect(
    read(
      "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}Gr\\'fc\\'dfe\\par \\u8364?5 \\{a\\} {\\pict 00ff}end}",
    ),
  ).toEqual({ text: 'Grüße\n€5 {a} end' });
  expect(
    read(
      '{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\b \\htmlrtf0 5 < 6\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </p>}}',
    ),
  ).toEqual({ html: '<p>5 &lt; 6</p>' });
  const stored = Buffer.concat([word(0), word(9), Buffer.from('MELA'), word(0), Buffer.from('{\\rtf1 a}')]);
  expect(decompressRtf(stored).toString()).toBe('{\\rtf1 a}');
  // "abcabcabc": three letters, then a reference to them of six characters.
  const at = 207;
  const data = Buffer.of(0b00001000, 0x61, 0x62, 0x63, at >> 4, ((at & 15) << 4) | 4);
  const compressed = Buffer.concat([word(0), word(9), Buffer.from('LZFu'), word(0), data]);
  expect(decompressRtf(compressed).toString()).toBe('abcabcabc');
  const bomb = Buffer.concat([
    word(0),
    word(0xffffffff),
    Buffer.from('LZFu'),
    word(0),
    Buffer.alloc(100_000, 0xff),
  ]);
  expect(decompressRtf(bomb).length).toBeLessThanOrEqual(10 * 1024 * 1024);
  const open = Buffer.from(`{\\rtf1 ${"{\\b \\'".repeat(300_000)}`);
  expect(await leastProcessorTime(() => readRtf(open, ''), 5_000)).toBeLessThan(5_000);
});

test('an attached message without a name has its subject’s, or the default without one', async () => {
  const attached = (header: string) =>
    `--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: ana@far.example\r\n${header}\r\n\r\nwords\r\n`;
  const mail = await parseMime(
    Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${attached('Subject: Order 5/7')}${attached('X: y')}${attached('Subject: /')}--b--`,
    ),
  );
  const names = mail.kind === 'parsed' && mail.attachments.map(({ filename }) => filename);
  expect(names).toEqual(['Order 5_7.eml', 'message-2.eml', 'message-3.eml']);
});
