import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, exitWithError, node, root } from './setup.mjs';

const firstPort = 4401;
/** What google-simulator/src/main.ts ends with where another program listens on its port. */
const exitCodePortTaken = 3;

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

  const first = before ? Number(new URL(before.url).port) : firstPort;
  for (let port = first; port < first + 100; port += 1) {
    const started = await start(stateDirectory, port);
    if (!started) continue;
    writeFileSync(file, JSON.stringify(started));
    return running(started.url, started.pid, stateDirectory);
  }
  return exitWithError(`None of the ports from ${first} on is free for the simulated Google.`);
}

/** Starts a simulator; null where another program listens on the port. */
async function start(stateDirectory, port) {
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
  closeSync(out);
  child.unref();
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; !(await isOurs(url, stateDirectory)); waited += 50) {
    if (child.exitCode === exitCodePortTaken) return null;
    if (child.exitCode !== null || waited > 20_000) {
      exitWithError(
        `The simulated Google did not start:\n${readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n')}`,
      );
    }
    await sleep(50);
  }
  return { url, pid: child.pid };
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
