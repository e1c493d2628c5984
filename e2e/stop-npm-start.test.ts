import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../server/src/testing/free-port.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'postroom-npm-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type Started = { npm: ChildProcess; port: number; simulator: number };

async function start(): Promise<Started> {
  const port = await freePort();
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), POSTROOM_DATA_DIR: directory, NODE_ENV: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  await expect.poll(() => output, { timeout: 120_000 }).toContain('Ctrl-C stops it.');
  const running = path.join(directory, 'google-simulator', 'running.json');
  return { npm, port, simulator: JSON.parse(await readFile(running, 'utf8')).pid };
}

/** The process that runs a script, among the descendants of another (proc_pid_children(5)). */
async function descendant(pid: number, script: string): Promise<number> {
  if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[1]?.endsWith(script)) return pid;
  const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  return descendant(Number(child), script);
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Postgres deletes its pid file last. */
const databaseRuns = () => existsSync(path.join(directory, 'postgres', 'postmaster.pid'));
const serverAnswers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  '%s to npm stops all that npm start began',
  async (signal) => {
    const { npm, port, simulator } = await start();
    npm.kill(signal);
    await expect.poll(databaseRuns).toBe(false);
    expect(await serverAnswers(port)).toBe(false);
    await expect.poll(() => isRunning(simulator)).toBe(false);
  },
);

test('the server and its database stop when the script that started them is killed', async () => {
  const { npm, port, simulator } = await start();
  process.kill(await descendant(npm.pid!, 'scripts/start.mjs'), 'SIGKILL');
  await expect.poll(databaseRuns).toBe(false);
  expect(await serverAnswers(port)).toBe(false);
  // The simulated Google survives, as Google would.
  expect(isRunning(simulator)).toBe(true);
  process.kill(simulator, 'SIGTERM');
  await expect.poll(() => isRunning(simulator)).toBe(false);
});
