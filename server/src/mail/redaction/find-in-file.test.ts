import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseMime } from '../mime/parse-mime.ts';
import { attachesAny } from './attached-files.ts';
import { containsMatch, fileContains, maxTextBytes, messageContains } from './find-in-file.ts';
import { passageFinder } from './passages.ts';
import { redactFile } from './redact-file.ts';
import { redactRaw } from './redact-raw.ts';
import { redactionMark as mark } from './redact-text.ts';

const find = passageFinder('Tiger 7');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const csv = (bytes: Buffer, mediaType = 'text/csv') => ({ mediaType, bytes });
const base64 = (text: string) => Buffer.from(text).toString('base64');
/** A message with a file, or another message, attached. */
const withFile = (type: string, content: string | Buffer) =>
  Buffer.from(
    `From: a@far.example\r\nSubject: in\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nSee below.\r\n--m\r\nContent-Type: ${type}\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64')}\r\n--m--`,
  );

test('bytes are searched as UTF-8 and as latin1, also where two pieces meet', () => {
  expect(containsMatch(Buffer.from('It is Tiger 7.'), find)).toBe(true);
  expect(containsMatch(Buffer.from('It is Tiger 8.'), find)).toBe(false);
  expect(containsMatch(Buffer.alloc(0), find)).toBe(false);
  const umlaut = passageFinder('Bär 12345');
  expect(containsMatch(Buffer.from('Ein Bär 12345.'), umlaut)).toBe(true);
  expect(containsMatch(Buffer.from('Ein Bär 12345.', 'latin1'), umlaut)).toBe(true);
  const piece = 512 * 1024;
  for (const at of [piece - 3, 2 * piece + 100]) {
    const bytes = Buffer.alloc(3 * piece, 32);
    bytes.write('Tiger 7', at);
    expect(containsMatch(bytes, find)).toBe(true);
  }
});

test.each([
  ['little-endian with a byte order mark', Buffer.from('\ufeffa;Tiger 7;ü', 'utf16le')],
  ['big-endian with a byte order mark', utf16be('\ufeffa;Tiger 7;ü')],
  ['little-endian without one', Buffer.from('name;Tiger 7;more', 'utf16le')],
  ['big-endian without one', utf16be('name;Tiger 7;more')],
])('a UTF-16 file is searched and redacted: %s', async (_, bytes) => {
  expect(containsMatch(bytes, find)).toBe(false);
  expect(await fileContains(csv(bytes), find)).toBe(true);
  expect(await fileContains(csv(bytes, 'application/octet-stream'), find)).toBe(true);
  expect(await fileContains(csv(bytes), passageFinder('Tiger 8'))).toBe(false);
  const clean = await redactFile(csv(bytes), find);
  expect(clean!.toString()).toContain(`;${mark};`);
  expect(await fileContains(csv(clean!), find)).toBe(false);
  // Another file than text cannot be changed: it has to be deleted.
  expect(await redactFile(csv(bytes, 'application/octet-stream'), find)).toBeNull();
});

test('a file in a declared character set is searched in it', async () => {
  const bytes = Buffer.from('+AFQ-iger 7');
  expect(await fileContains({ ...csv(bytes), charset: 'utf-7' }, find)).toBe(true);
});

test('a larger text is searched as bytes, and not changed', async () => {
  const large = Buffer.concat([Buffer.from('Tiger 7'), Buffer.alloc(maxTextBytes, 32)]);
  expect(await fileContains(csv(large), find)).toBe(true);
  expect(await redactFile(csv(large), find)).toBeNull();
  const wide = Buffer.from(`\ufeffTiger 7${' '.repeat(maxTextBytes / 2)}`, 'utf16le');
  expect(await fileContains(csv(wide), find)).toBe(false);
});

test('HTML, JSON and XML are redacted as text; HTML as HTML', async () => {
  for (const type of ['application/json', 'application/xml', 'application/csv', 'text/plain'])
    expect((await redactFile(csv(Buffer.from('a Tiger 7 b'), type), find))!.toString()).toBe(`a ${mark} b`);
  const html = Buffer.from('<p>Tig<b>er</b> 7</p>');
  expect((await redactFile(csv(html, 'text/html'), find))!.toString()).toBe(`<p>${mark}<b></b></p>`);
  expect(await redactFile(csv(html, 'x-text/html'), find)).toBeNull();
});

test('a message is searched in its fields, text, HTML, file names and files', async () => {
  const message = (fields: string, body = 'Hello') =>
    messageContains(Buffer.from(`From: a@far.example\r\n${fields}\r\n\r\n${body}`), find);
  expect(await message('Subject: x')).toBe(false);
  expect(await message(`Subject: =?utf-8?B?${base64('Tiger 7')}?=`)).toBe(true);
  const encoded = 'Content-Transfer-Encoding: base64\r\nContent-Type:';
  expect(await message(`${encoded} text/plain`, base64('Tiger 7'))).toBe(true);
  expect(await message(`${encoded} text/html`, base64('<p>Tig<b>er</b> 7</p>'))).toBe(true);
  expect(await message(`${encoded} text/html`, base64('<p>Tiger</p>'))).toBe(false);
  const name = `application/pdf; name="=?utf-8?B?${base64('Tiger 7.pdf')}?="`;
  expect(await messageContains(withFile(name, 'x'), find)).toBe(true);
  expect(await messageContains(withFile('application/pdf; name=a.pdf', 'x'), find)).toBe(false);
  expect(await messageContains(withFile('application/pdf; name=a.pdf', 'Tiger 7'), find)).toBe(true);
  expect(await messageContains(Buffer.from('Tiger 7'), find)).toBe(true);
});

test('messages attached to messages are searched ten deep, by type or by name', async () => {
  const inner = withFile('text/csv; name=a.csv', Buffer.from('\ufeffTiger 7', 'utf16le'));
  const nested = (depth: number, type: string): Buffer =>
    depth === 0 ? inner : withFile(type, nested(depth - 1, type));
  for (const type of ['message/rfc822', 'application/octet-stream; name=in.eml']) {
    expect(await messageContains(nested(1, type), find)).toBe(true);
    expect(await messageContains(nested(3, type), find)).toBe(true);
  }
  expect(await fileContains({ mediaType: 'message/rfc822', bytes: inner }, find, 10)).toBe(false);
  expect(await fileContains({ mediaType: 'message/rfc822', bytes: inner }, find, 9)).toBe(true);
});

test('files are found by their hash in attached messages', async () => {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const file = withFile('application/pdf; name=a.pdf', 'pass');
  expect(await attachesAny(file, [hash('other'), hash('pass')])).toBe(true);
  expect(await attachesAny(file, [hash('other')])).toBe(false);
  expect(await attachesAny(file, [])).toBe(false);
  const outer = withFile('message/rfc822', file);
  expect(await attachesAny(outer, [hash('pass')])).toBe(true);
  expect(await attachesAny(outer, [hash('pass')], 10)).toBe(false);
  expect(await attachesAny(withFile('text/plain; name=a.txt', file), [hash('pass')])).toBe(false);
});

test('an attached message keeps its text and loses its files', async () => {
  const bytes = Buffer.concat([withFile('application/pdf; name=a.pdf', 'x'), Buffer.from('\r\n')]);
  const secret = Buffer.from(bytes.toString().replace('See below.', 'It is Tiger 7.'));
  const clean = await redactFile({ mediaType: 'message/rfc822', bytes: secret }, find);
  const mail = await parseMime(clean!);
  expect(mail).toMatchObject({ text: `It is ${mark}.`, attachments: [], subject: 'in' });
});

test('a redacted source keeps its fields, without those of its old form and those with a match', async () => {
  const raw = Buffer.from(
    [
      'Received: by mx.example;\r\n Mon, 23 Nov 2026 10:00:00 +0000',
      'From: Ana <ana@far.example>',
      'Subject: About Tiger 7\r\n and more',
      'X-Content-Note: kept',
      'X-Echo: Tiger 7',
      'MIME-Version: 1.0',
      'MIME-Version-Of: kept',
      'DKIM-Signature: v=1',
      'DKIM-Signature-Of: kept',
      'ARC-Seal: i=1',
      'X-Google-DKIM-Signature: v=1',
      'Content-Type: text/html',
      '',
      `<p>Tiger 7 ${'long '.repeat(60)}</p>`,
    ].join('\r\n'),
  );
  const clean = (await redactRaw(raw, find))!.toString();
  const [head, ...parts] = clean.split('\r\n\r\n');
  expect(head!.split('\r\n')).toEqual([
    'Received: by mx.example; Mon, 23 Nov 2026 10:00:00 +0000',
    'From: Ana <ana@far.example>',
    `Subject: About ${mark} and more`,
    'X-Content-Note: kept',
    'MIME-Version-Of: kept',
    'DKIM-Signature-Of: kept',
    'X-Postroom-Redacted: yes',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary="postroom-redacted"',
  ]);
  const lines = parts.flatMap((part) => part.split('\r\n'));
  expect(lines.every((line) => line.length <= 78)).toBe(true);
  expect(clean.match(/^Content-Type: text\/\w+; charset=utf-8$/gm)).toEqual([
    'Content-Type: text/html; charset=utf-8',
  ]);
  expect(await parseMime(Buffer.from(clean))).toMatchObject({
    html: expect.stringContaining(`<p>${mark} long`),
  });
});

test('a source without a match is not changed, unless that is asked for', async () => {
  const raw = Buffer.from('From: a@far.example\r\nSubject: x\r\n\r\nHello');
  expect(await redactRaw(raw, find)).toBeNull();
  const forced = await redactRaw(raw, find, { force: true });
  expect(await parseMime(forced!)).toMatchObject({ text: 'Hello', html: null });
});
