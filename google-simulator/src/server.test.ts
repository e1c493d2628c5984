import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { signIn } from './testing.ts';

const main = join(import.meta.dirname, 'main.ts');
const begun: ChildProcess[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const child of begun.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function newState(): string {
  const directory = mkdtempSync(join(tmpdir(), 'google-simulator-'));
  directories.push(directory);
  return directory;
}

function run(options: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [main, ...options], {
    env: { ...process.env, NODE_ENV: '', ...env },
  });
  begun.push(child);
  return child;
}

/** Starts a simulator and returns the URL it prints. */
async function startMain(state: string, env: Record<string, string> = {}): Promise<[ChildProcess, string]> {
  const child = run(['--port', '0', '--state', state], env);
  for await (const chunk of child.stdout!) {
    const url = /listening on (http:\S+)/.exec(String(chunk))?.[1];
    if (url) return [child, url];
  }
  throw new Error('The simulator exited without listening');
}

/** The error that a simulator prints when it does not start. */
async function startupError(
  options: string[],
  env: Record<string, string> = {},
  exitCode = 1,
): Promise<string> {
  const child = run(['--port', '0', ...options], env);
  let output = '';
  child.stderr!.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(exitCode);
  return output.trim();
}

test('keeps grants and accounts across kill -9, and stops cleanly on SIGTERM and SIGINT', async () => {
  const state = newState();
  const [first, url] = await startMain(state);
  const { tokens } = await signIn(url, 'support@acme.example');
  first.kill('SIGKILL');
  await once(first, 'exit');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const [child, again] = await startMain(state);
    const answer = await fetch(`${again}/v1/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await answer.json()).toMatchObject({ email: 'support@acme.example', hd: 'acme.example' });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
});

test('refuses a second process on the same state', async () => {
  const state = newState();
  await startMain(state);
  expect(await startupError(['--state', state])).toBe(
    `Another Google simulator is already running on ${state}. Stop it first.`,
  );
});

test('reports a state directory that cannot be created', async () => {
  const file = join(newState(), 'file');
  writeFileSync(file, '');
  expect(await startupError(['--state', join(file, 'state')])).toBe(
    `The state directory ${join(file, 'state')} cannot be written (ENOTDIR). Give --state another, or make it yours.`,
  );
});

test('refuses production, other hosts and wrong options', async () => {
  const state = newState();
  expect(await startupError(['--state', state], { NODE_ENV: 'production' })).toContain('NODE_ENV=production');
  expect(await startupError(['--state', state, '--host', '0.0.0.0'])).toContain('this machine only');
  expect(await startupError(['--state', state, '--seed', 'rich'])).toBe(
    'The seed is demo or none, not "rich".',
  );
  expect(await startupError(['--state', state, '--prot', '1'])).toContain('Usage:');
});

test('reports a port that is in use, also by its exit code', async () => {
  const [, url] = await startMain(newState());
  const { port } = new URL(url);
  expect(await startupError(['--state', newState(), '--port', port], {}, 3)).toContain(
    'Another program already listens',
  );
});

test('answers only requests whose Host is this machine', async () => {
  const [, url] = await startMain(newState());
  const statusFor = async (host: string): Promise<number | undefined> => {
    const sent = request(`${url}/.well-known/openid-configuration`, { headers: { host } }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    return response.statusCode;
  };
  const { port } = new URL(url);
  expect(await statusFor(`localhost:${port}`)).toBe(200);
  expect(await statusFor(`127.0.0.1:${port}`)).toBe(200);
  expect(await statusFor(`[::1]:${port}`)).toBe(200);
  expect(await statusFor('rebound.example')).toBe(403);
  expect(await statusFor('127.0.0.1.evil.example')).toBe(403);
});

test('takes its options from the environment too', async () => {
  const [, url] = await startMain(newState(), {
    GOOGLE_SIMULATOR_HOST: 'localhost',
    GOOGLE_SIMULATOR_SEED: 'none',
  });
  expect(url).toContain('http://localhost:');
  expect(await (await fetch(`${url}/connections`)).text()).not.toContain('acme.example');
});
