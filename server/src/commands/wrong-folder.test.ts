import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

test.each(['doctor', 'verify', 'secret rotate', 'resume', 'admin reset ana@acme.com', 'backup /mnt/backups'])(
  '`%s`, typed where no Postroom is, makes none there',
  async (words) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'postroom-wrong-folder-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const env = { PATH: process.env.PATH, TMPDIR: tmpdir() };
    const ran = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
      execFile(
        process.execPath,
        [main, ...words.split(' ')],
        { cwd: folder, env },
        (error, _stdout, stderr) => resolve({ code: error?.code, stderr }),
      ),
    );
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(`There is no Postroom in ${folder}/data, and DATABASE_URL is not set.`);
    expect(await readdir(folder)).toEqual([]);
  },
);
