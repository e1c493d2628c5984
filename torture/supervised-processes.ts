import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A program that is to run all the time, and is started again whenever it was killed. */
export type Kept = {
  name: string;
  /** Where all its lives write what they say. */
  log: string;
  /** Resolves when the present life says that it is ready; rejects where lives keep ending before that. */
  ready(): Promise<void>;
  /** Whether the present life has said so. */
  isReady(): boolean;
  /** `kill -9`, and at once a new life. */
  killAndRestart(): Promise<void>;
  /** Ends it as an operator does; rejects where it takes longer than a minute. */
  end(): Promise<void>;
  /** The times it ended without having been asked to. */
  crashes(): string[];
};

const triesToStart = 5;

/** Starts a program of ours as people start it, and keeps it running. */
export function keep(
  name: string,
  file: string,
  how: { args?: string[]; env: Record<string, string>; ready: RegExp; logs: string },
): Kept {
  const log = path.join(how.logs, `${name}.log`);
  const out = createWriteStream(log, { flags: 'a' });
  const crashes: string[] = [];
  let child: ChildProcess;
  let ended: Promise<void>;
  let ready: Promise<'ready' | 'ended'>;
  let asked = false;
  let up = false;
  let stillborn = 0;
  process.on('exit', () => child.kill('SIGKILL'));

  function start() {
    asked = false;
    up = false;
    const life = spawn(process.execPath, [path.join(root, file), ...(how.args ?? [])], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...how.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = life;
    out.write(`--- ${new Date().toISOString()} process ${life.pid} starts\n`);
    ended = new Promise((resolve) => {
      life.on('exit', (code, signal) => {
        out.write(`--- ${new Date().toISOString()} process ${life.pid} ended (${code ?? signal})\n`);
        resolve();
        if (asked) return;
        crashes.push(`${name} ended by itself (${code ?? signal}) at ${new Date().toISOString()}`);
        stillborn += 1;
        if (stillborn < triesToStart) start();
      });
    });
    ready = new Promise((resolve) => {
      void ended.then(() => resolve('ended'));
      let said = '';
      const hear = (chunk: Buffer) => {
        out.write(chunk);
        if (said.length > 10_000) return;
        said += chunk;
        if (!how.ready.test(said)) return;
        if (child === life) up = true;
        resolve('ready');
      };
      life.stdout.on('data', hear);
      life.stderr.on('data', hear);
    });
  }
  start();

  return {
    name,
    log,
    async ready() {
      while ((await ready) === 'ended') {
        if (stillborn >= triesToStart) throw new Error(`${name} does not start; see ${log}`);
        await sleep(10);
      }
      stillborn = 0;
    },
    isReady: () => up,
    async killAndRestart() {
      asked = true;
      child.kill('SIGKILL');
      await ended;
      start();
    },
    async end() {
      asked = true;
      child.kill('SIGTERM');
      const late = new Promise<never>((_resolve, reject) => {
        setTimeout(reject, 60_000, new Error(`${name} does not stop when asked to`)).unref();
      });
      await Promise.race([ended, late]);
    },
    crashes: () => crashes,
  };
}
