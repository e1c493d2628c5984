import { expect, test } from 'vitest';
import ZipStream from 'zip-stream';
import { findBlockedFile } from './blocked-files.ts';

/** A ZIP archive of files with these names. */
async function zipped(...names: string[]): Promise<Buffer> {
  const archive = new ZipStream();
  const chunks: Buffer[] = [];
  archive.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const name of names) {
    await new Promise<void>((resolve, reject) =>
      archive.entry('text', { name }, (error) => (error ? reject(error) : resolve())),
    );
  }
  const ended = new Promise((resolve) => archive.once('end', resolve));
  archive.finish();
  await ended;
  return Buffer.concat(chunks);
}
/** Sets the bit "encrypted" (APPNOTE 4.4.4) of every entry in the central directory. */
function withPassword(archive: Buffer): Buffer {
  const copy = Buffer.from(archive);
  for (let at = copy.indexOf('PK\x01\x02'); at >= 0; at = copy.indexOf('PK\x01\x02', at + 4)) {
    copy[at + 8]! |= 1;
  }
  return copy;
}
const nothing = Buffer.alloc(0);

test.each([
  ['setup.exe', true],
  ['SETUP.EXE', true],
  ['invoice.pdf.js', true],
  ['macro.xll', true],
  ['disk.iso', true],
  ['setup.exe.gz', true],
  ['setup.exe. ', true],
  ['exe', false],
  ['notes.txt', false],
  ['report.docx', false],
  ['backup.tar.gz', false],
  ['example.com.pdf', false],
])('Gmail blocks by name: %s %s', async (name, blocked) => {
  expect(await findBlockedFile(name, nothing)).toEqual(blocked ? { name, archive: null } : null);
});

test('a blocked file is found in a ZIP archive, whatever its folder', async () => {
  expect(await findBlockedFile('tools.zip', await zipped('readme.txt', 'bin/Setup.exe'))).toEqual({
    name: 'bin/Setup.exe',
    archive: 'tools.zip',
  });
  expect(await findBlockedFile('pictures.zip', await zipped('a.png', 'more.zip'))).toBeNull();
});

test('an archive in an archive with a password is blocked', async () => {
  const archive = withPassword(await zipped('a.png', 'more.zip'));
  expect(await findBlockedFile('pictures.zip', archive)).toMatchObject({ name: 'more.zip' });
  expect(await findBlockedFile('pictures.zip', withPassword(await zipped('a.png')))).toBeNull();
});

test('what is no archive, or a damaged one, is not blocked', async () => {
  expect(await findBlockedFile('empty.zip', nothing)).toBeNull();
  const whole = await zipped('setup.exe');
  expect(await findBlockedFile('cut.zip', whole.subarray(0, whole.length - 30))).toBeNull();
});
