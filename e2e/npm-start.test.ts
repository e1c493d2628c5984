import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort } from './environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let directory: string;
const running = () => path.join(directory, 'google-simulator', 'running.json');
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'postroom-npm-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type Started = { npm: ChildProcess; port: number; simulator: number; google: string };

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
  const { pid, url } = JSON.parse(await readFile(running(), 'utf8'));
  return { npm, port, simulator: pid, google: url };
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

test('where the port of the simulated Google is taken, it listens on the next one', async () => {
  const port = await freePort();
  const other = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  await writeFile(running(), JSON.stringify({ url: `http://127.0.0.1:${port}` }));
  const { npm, google } = await start();
  expect(Number(new URL(google).port)).toBeGreaterThan(port);
  expect((await fetch(`${google}/control/identity`)).ok).toBe(true);
  npm.kill('SIGTERM');
  await expect.poll(databaseRuns).toBe(false);
});
