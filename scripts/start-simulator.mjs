import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, exitWithError, node, root } from './setup.mjs';

const firstPort = 4401;

/**
 * Finds the running simulator of a state directory (it survives a killed `npm start`, so that mail keeps
 * arriving), or starts one on the same port as last time. Returns its URL and a function that stops it.
 */
export async function startOrFindSimulator(stateDirectory) {
  mkdirSync(stateDirectory, { recursive: true });
  const file = path.join(stateDirectory, 'running.json');
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  if (before && (await isOurs(before.url, stateDirectory)))
    return running(before.url, before.pid, stateDirectory);

  const port = await freePort(before ? Number(new URL(before.url).port) : firstPort);
  const log = path.join(stateDirectory, 'simulator.log');
  const out = openSync(log, 'a', 0o600);
  const child = spawn(
    node,
    [
      path.join(root, 'google-simulator/src/main.ts'),
      '--port',
      String(port),
      '--state',
      stateDirectory,
      '--seed',
      'demo',
    ],
    // Keeps running when this script is killed, as Google would.
    { cwd: root, env: environment(), stdio: ['ignore', out, out], detached: true },
  );
  child.unref();
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; !(await isOurs(url, stateDirectory)); waited += 50) {
    if (child.exitCode !== null || waited > 20_000) {
      exitWithError(
        `The simulated Google did not start:\n${readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n')}`,
      );
    }
    await sleep(50);
  }
  writeFileSync(file, JSON.stringify({ url, pid: child.pid }));
  return running(url, child.pid, stateDirectory);
}

function running(url, pid, stateDirectory) {
  return {
    url,
    stateDirectory,
    async stop() {
      try {
        process.kill(pid, 'SIGTERM');
        for (;;) {
          process.kill(pid, 0);
          await sleep(20);
        }
      } catch {
        // it has ended
      }
    },
  };
}

/** Whether the simulator of this state directory runs at `url`. */
async function isOurs(url, stateDirectory) {
  try {
    const response = await fetch(`${url}/control/identity`, { signal: AbortSignal.timeout(2_000) });
    const { simulator, stateDirectory: actual } = await response.json();
    return simulator === 'postroom-google-simulator' && path.resolve(actual) === path.resolve(stateDirectory);
  } catch {
    return false;
  }
}

/** The first free port from `from` on. */
async function freePort(from) {
  for (let port = from; port < from + 100; port += 1) {
    const free = await new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
  return exitWithError(`None of the ports from ${from} on is free for the simulated Google.`);
}
