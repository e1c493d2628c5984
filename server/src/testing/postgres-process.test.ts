import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

test('nothing of a Postgres is left when the process that started it is killed', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-killed-'));
  const data = path.join(directory, 'data');
  const script = `
    const { startPostgresProcess } = await import(${JSON.stringify(new URL('postgres-process.ts', import.meta.url))});
    const { host } = await startPostgresProcess(${JSON.stringify(data)}, ${JSON.stringify(directory)});
    console.log(host);
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  const sockets = output.toString().trim();
  const postmaster = Number.parseInt(
    await readFile(path.join(data, 'postgres', 'postmaster.pid'), 'utf8'),
    10,
  );
  expect(isRunning(postmaster)).toBe(true);
  child.kill('SIGKILL');
  await expect.poll(() => isRunning(postmaster)).toBe(false);
  await expect.poll(() => existsSync(directory) || existsSync(sockets)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
