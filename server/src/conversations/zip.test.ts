import { expect, test } from 'vitest';
import { unzip } from '../testing/unzip.ts';
import { zip } from './zip.ts';

test('another program reads the archive with all names and bytes', async () => {
  const files = [
    { name: 'Rechnung März.txt', bytes: Buffer.from('words '.repeat(1_000)) },
    { name: 'Rechnung März.txt', bytes: Buffer.from('others') },
    { name: '../../etc/passwd', bytes: Buffer.from([0, 255, 1]) },
    { name: 'a/b.bin', bytes: Buffer.alloc(0) },
  ];
  const pieces: Buffer[] = [];
  for await (const piece of zip(files, new Date())) pieces.push(piece);
  const archive = Buffer.concat(pieces);
  const found = Object.fromEntries(
    Object.entries(await unzip(archive)).map(([name, bytes]) => [name, bytes.toString('hex')]),
  );
  expect(found).toEqual({
    'Rechnung März.txt': files[0]!.bytes.toString('hex'),
    'Rechnung März (2).txt': files[1]!.bytes.toString('hex'),
    'etc/passwd': '00ff01',
    'a/b.bin': '',
  });
  expect(archive.length).toBeLessThan(1_200);
});
