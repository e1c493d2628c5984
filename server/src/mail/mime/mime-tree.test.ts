import { expect, test } from 'vitest';
import { corpus } from '../../testing/corpora.ts';
import { processorTime } from '../../testing/processor-time.ts';
import { decodedBody, type MimePart, readMimeTree } from './mime-tree.ts';

test('the trees of 48 of 48 messages and each of their decoded bodies', () => {
  const { names, read } = corpus('mime-tree');
  const messages = names.filter((name) => name.endsWith('.msg'));
  expect(messages).toHaveLength(48);
  for (const name of messages) {
    const drawn = read(name.replace('.msg', '_decoded.xml')).toString('utf8');
    const expected = [
      ...drawn.matchAll(/<(\/?(?:multipart|message)|(?:text|binary)-body name="([^"]*)"\/)>/g),
    ];
    const found = ['message', ...outline(readMimeTree(read(name))), '/message'];
    expect(
      found.map((step) => (typeof step === 'string' ? step : 'body')),
      name,
    ).toEqual(expected.map(([, tag, file]) => (file ? 'body' : tag)));
    for (const [index, [, , file]] of expected.entries()) {
      const part = found[index];
      if (!file || typeof part === 'string' || part === undefined) continue;
      // Where the reference ends its lines in another way, that is no difference.
      expect(unixLines(decodedBody(part)) === unixLines(read(file)), `${name}: ${file}`).toBe(true);
    }
  }
});

test('bombs: bounded in time, nothing thrown, the mail still there', () => {
  const head =
    'From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n';
  const levels = Array.from(
    { length: 10_000 },
    (_, level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary=b${level + 1}\r\n\r\n`,
  );
  const bombs = {
    parts: `${head}${'--b0\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(100_000)}--b0--\r\n`,
    nesting: `${head}${levels.join('')}words`,
    fields: `From: a@example.com\r\n${'X-A: b\r\n'.repeat(1_000_000)}\r\nwords`,
    garbage: `From: a@example.com\r\n${'no field\r\n'.repeat(1_000_000)}`,
    folded: `From: a@example.com\r\n${' x\r\n'.repeat(1_000_000)}\r\nwords`,
  };
  for (const [name, bomb] of Object.entries(bombs)) {
    const start = processorTime();
    const root = readMimeTree(Buffer.from(bomb));
    expect(processorTime() - start, name).toBeLessThan(5_000);
    expect(root.fields[0], name).toEqual({ name: 'From', value: expect.stringContaining('a@example.com') });
  }
});

function outline(part: MimePart): Array<string | MimePart> {
  const type = part.contentType.value;
  if (type.startsWith('multipart/')) return ['multipart', ...part.children.flatMap(outline), '/multipart'];
  if (type === 'message/rfc822') return ['message', ...outline(readMimeTree(decodedBody(part))), '/message'];
  return [part];
}

function unixLines(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\r\n/g, '\n');
}
