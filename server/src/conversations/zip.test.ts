import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { zip } from './zip.ts';

test('another program opens the archive, with every name and byte', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'postroom-zip-'));
  const files = [
    { name: 'Rechnung März.txt', bytes: Buffer.from('words '.repeat(1_000)) },
    { name: 'Rechnung März.txt', bytes: Buffer.from('others') },
    { name: '../../etc/passwd', bytes: Buffer.from([0, 255, 1]) },
    { name: 'a/b.bin', bytes: Buffer.alloc(0) },
  ];
  const pieces: Buffer[] = [];
  for await (const piece of zip(files, new Date())) pieces.push(piece);
  const archive = path.join(folder, 'a.zip');
  await writeFile(archive, Buffer.concat(pieces));
  const script = `import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps({i.filename: z.read(i).hex() for i in z.infolist()}))`;
  const { stdout } = await promisify(execFile)('python3', ['-c', script, archive]);
  expect(JSON.parse(stdout)).toEqual({
    'Rechnung März.txt': files[0]!.bytes.toString('hex'),
    'Rechnung März (2).txt': files[1]!.bytes.toString('hex'),
    'etc/passwd': '00ff01',
    'a/b.bin': '',
  });
  expect((await readFile(archive)).length).toBeLessThan(1_200);
  await rm(folder, { recursive: true });
});
