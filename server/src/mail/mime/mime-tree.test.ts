import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { readMimeTree } from './mime-tree.ts';

test('hostile messages are parsed in bounded time without errors', async () => {
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
    const message = Buffer.from(bomb);
    const from = { name: 'From', value: expect.stringContaining('a@example.com') };
    const parse = () => expect(readMimeTree(message).fields[0], name).toEqual(from);
    expect(await leastProcessorTime(parse, 5_000), name).toBeLessThan(5_000);
  }
});
