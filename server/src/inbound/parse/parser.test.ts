import { threadId } from 'node:worker_threads';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openParser, type Parser } from './parser.ts';

const mega = 1024 * 1024;
const head =
  'From: Ana <ana@x.example>\r\nTo: support@acme.example\r\nSubject: bomb\r\nMIME-Version: 1.0\r\n';
const many = (piece: string, bytes: number) => piece.repeat(Math.ceil(bytes / piece.length));
const mixed = (parts: string) => `${head}Content-Type: multipart/mixed; boundary=b0\r\n\r\n${parts}`;
const page = (html: string) => `${head}Content-Type: text/html\r\n\r\n${html}`;
const words = (extra: string, body: string) => `${head}${extra}\r\n${body}`;

const bombs: Record<string, () => string> = {
  '10,000 parts': () => mixed('--b0\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(10_000)),
  '100,000 parts': () => mixed('--b0\r\nContent-Type: text/html\r\n\r\nx\r\n'.repeat(100_000)),
  'nested 10,000 deep': () =>
    mixed(
      Array.from(
        { length: 10_000 },
        (_, level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`,
      ).join(''),
    ),
  'messages nested 10,000 deep': () => `${head}${'Content-Type: message/rfc822\r\n\r\n'.repeat(10_000)}x`,
  'one attachment of 50 MB': () =>
    mixed(
      `--b0\r\n\r\nhello\r\n--b0\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${many(`${'QUJD'.repeat(19)}\r\n`, 50 * mega)}--b0--`,
    ),
  'one line of 50 MB': () => words('', many('x', 50 * mega)),
  '50 MB of fields': () =>
    words(many('X-A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n', 50 * mega), 'hello'),
  '1,000,000 people in To': () =>
    words(
      `Cc: ${Array.from({ length: 1_000_000 }, (_, n) => `p${n}@x.example`).join(',\r\n ')}\r\n`,
      'hello',
    ),
  'References of 10 MB': () =>
    words(
      `References: ${Array.from({ length: 300_000 }, (_, n) => `<${n}.aaaaaaa@x.example>`).join('\r\n ')}\r\n`,
      'hello',
    ),
  'base64 that pads after every letter': () =>
    words('Content-Transfer-Encoding: base64\r\n', many('=A', 20 * mega)),
  'encoded words without end': () =>
    words(
      `X-A: ${many('=?utf-8?q?=C3=BC?=\r\n ', 4 * mega)}\r\nX-B: ${many('=?utf-8?q?', mega)}\r\n`,
      'hello',
    ),
  '100,000 nested divs': () => page(`${'<div>'.repeat(100_000)}hello${many(' words', 5 * mega)}`),
  '100,000 nested quotations': () =>
    page(`hello${'<blockquote type="cite">'.repeat(100_000)}${many(' words', 3 * mega)}`),
  '30,000 nested tables': () => page(`hello${'<table><tr><td>'.repeat(30_000)}`),
  'a page of 5 MB': () => page(many('<p>some <b>words</b> of it</p>\n', 5 * mega)),
  'quotation marks of 5 MB': () => words('', many('> quoted\r\n', 5 * mega)),
  'boundaries that are none': () =>
    mixed(
      `${Array.from({ length: 99 }, (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`).join('')}${many('--x\r\n', 5 * mega)}`,
    ),
};

let parser: Parser;
beforeAll(() => {
  parser = openParser();
});
afterAll(() => parser.close());

test.each(Object.keys(bombs))(
  '%s: parsed in a worker thread, raw message kept whole',
  async (name) => {
    const raw = Buffer.from(bombs[name]!(), 'latin1');
    const memory = process.memoryUsage().rss;
    const before = process.threadCpuUsage();
    const { parsed, zstd, threadId: parsedBy } = await parser.parse(raw);
    const { user, system } = process.threadCpuUsage(before);
    expect(parsedBy).not.toBe(threadId);
    // CPU time of this thread in microseconds, which does not grow when other programs use the machine.
    expect(user + system).toBeLessThan(1_000_000);
    expect(process.memoryUsage().rss - memory).toBeLessThan(1_500 * mega);
    expect(zstdDecompressSync(zstd).equals(raw)).toBe(true);
    expect(parsed).toMatchObject({ unreadable: null, subject: 'bomb', from: { address: 'ana@x.example' } });
    expect(parsed.attachments.length).toBeLessThanOrEqual(500);
    expect(parsed.text.length + (parsed.html?.length ?? 0)).toBeLessThan(40 * mega);
  },
  120_000,
);

test('a small message is parsed in a worker thread too', async () => {
  const { parsed, threadId: parsedBy } = await parser.parse(Buffer.from('Subject: small\r\n\r\nx'));
  expect(parsed.subject).toBe('small');
  expect(parsedBy).not.toBe(threadId);
});

test('a message that exceeds the deadline is kept as unreadable', async () => {
  const raw = Buffer.from(page(many('<p>some words</p>\n', 300_000)), 'latin1');
  const impatient = openParser({ deadlineMs: 1 });
  const { parsed, zstd } = await impatient.parse(raw);
  expect(parsed.unreadable).toContain('took too much');
  expect(zstdDecompressSync(zstd).equals(raw)).toBe(true);
  await impatient.close();
});

test('waiting for a thread makes no large message unreadable', async () => {
  const raw = Buffer.from(page(many('<p>some words</p>\n', 300_000)), 'latin1');
  const read = await Promise.all(Array.from({ length: 24 }, () => parser.parse(raw)));
  expect(read.filter(({ parsed }) => parsed.unreadable === null)).toHaveLength(24);
}, 120_000);

test('closing the parser makes no message unreadable', async () => {
  const closing = openParser();
  const reading = closing.parse(Buffer.from(bombs['100,000 nested divs']!(), 'latin1'));
  reading.catch(() => {});
  await closing.close();
  await expect(reading).rejects.toThrow();
}, 60_000);
