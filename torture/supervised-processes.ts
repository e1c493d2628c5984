import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A process that is restarted whenever it was killed. */
export type SupervisedProcess = {
  name: string;
  /** The log file, for the output of all its runs. */
  log: string;
  /** Resolves when the current process is ready; rejects when it repeatedly exits before that. */
  ready(): Promise<void>;
  /** Whether the current process is ready. */
  isReady(): boolean;
  /** How long the last start took, in milliseconds. */
  startMs(): number;
  /** Sends a signal to the current process. */
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGKILL; resolves when the process has ended. It stays down until `restart`. */
  kill(): Promise<void>;
  /** `env`: variables to add or change from now on. */
  restart(env?: Record<string, string>): void;
  /** Sends SIGKILL and starts the process again at once. */
  killAndRestart(): Promise<void>;
  /** Stops it with SIGTERM; rejects when that takes longer than a minute. */
  end(): Promise<void>;
  /** A description of each unexpected exit. */
  crashes(): string[];
};

const maxStartAttempts = 5;
const inherited = () =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'NODE_COMPILE_CACHE'].map((name) => [name, process.env[name]]),
  );

/** Starts `file` (a path from the root) with Node and restarts it after each kill. */
export function superviseProcess(
  name: string,
  file: string,
  options: {
    args?: string[];
    env: Record<string, string>;
    ready: RegExp;
    logs: string;
    /** Whether a process that started at this time (`performance.now()`) may end before it is ready. */
    mayFailToStart?: (began: number) => boolean;
  },
): SupervisedProcess {
  const log = path.join(options.logs, `${name}.log`);
  const out = createWriteStream(log, { flags: 'a' });
  const crashes: string[] = [];
  let child: ChildProcess;
  let ended: Promise<void>;
  let ready: Promise<'ready' | 'ended'>;
  let stopRequested = false;
  let isUp = false;
  let failedStarts = 0;
  let startMs = 0;
  process.on('exit', () => child.kill('SIGKILL'));

  function start() {
    stopRequested = false;
    isUp = false;
    const began = performance.now();
    const startedProcess = spawn(process.execPath, [path.join(root, file), ...(options.args ?? [])], {
      env: { ...inherited(), ...options.env },
      // With a channel, it ends when this process does.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = startedProcess;
    out.write(`--- ${new Date().toISOString()} process ${startedProcess.pid} starts\n`);
    ended = new Promise((resolve) => {
      startedProcess.on('exit', (code, signal) => {
        out.write(
          `--- ${new Date().toISOString()} process ${startedProcess.pid} ended (${code ?? signal})\n`,
        );
        resolve();
        if (stopRequested) return;
        if (!isUp && options.mayFailToStart?.(began)) {
          start();
          return;
        }
        crashes.push(`${name} exited (${code ?? signal}) at ${new Date().toISOString()}`);
        failedStarts += 1;
        if (failedStarts < maxStartAttempts) start();
      });
    });
    ready = new Promise((resolve) => {
      void ended.then(() => resolve('ended'));
      let output = '';
      const onOutput = (chunk: Buffer) => {
        out.write(chunk);
        if (output.length > 10_000) return;
        output += chunk;
        if (!options.ready.test(output)) return;
        if (child === startedProcess && !isUp) {
          isUp = true;
          startMs = performance.now() - began;
        }
        resolve('ready');
      };
      startedProcess.stdout!.on('data', onOutput);
      startedProcess.stderr!.on('data', onOutput);
    });
  }
  async function kill() {
    stopRequested = true;
    isUp = false;
    child.kill('SIGKILL');
    await ended;
  }
  start();

  return {
    name,
    log,
    async ready() {
      while ((await ready) === 'ended') {
        if (failedStarts >= maxStartAttempts) throw new Error(`${name} does not start; see ${log}`);
        await sleep(10);
      }
      failedStarts = 0;
    },
    isReady: () => isUp,
    startMs: () => startMs,
    signal: (signal) => {
      child.kill(signal);
    },
    kill,
    restart(env) {
      if (env) options = { ...options, env: { ...options.env, ...env } };
      start();
    },
    async killAndRestart() {
      await kill();
      start();
    },
    async end() {
      stopRequested = true;
      child.kill('SIGTERM');
      const late = new Promise<never>((_resolve, reject) => {
        setTimeout(reject, 60_000, new Error(`${name} does not stop on SIGTERM`)).unref();
      });
      await Promise.race([ended, late]);
    },
    crashes: () => crashes,
  };
}
