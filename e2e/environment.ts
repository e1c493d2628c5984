import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort as anyFreePort } from '../server/src/testing/free-port.ts';
import { simulatorSettings } from '../server/src/testing/simulator-settings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Node's compile cache: halves the time of each start after the first. */
const compileCache = path.join(root, 'node_modules', '.postroom', 'compiled');

/** A process of Postroom or the simulator. */
export type Program = {
  process: ChildProcess;
  output: () => string;
  end(signal: NodeJS.Signals): Promise<void>;
};

/** Starts `file` and waits until its output matches `ready`; throws with the output if it exits before. */
export async function startProgram(
  file: string,
  { args = [], env = {}, ready }: { args?: string[]; env?: Record<string, string>; ready: RegExp },
): Promise<Program> {
  const child = spawn(process.execPath, [path.join(root, file), ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: tmpdir(),
      NODE_COMPILE_CACHE: compileCache,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const onOutput = (chunk: Buffer) => {
      output += chunk;
      if (ready.test(output)) resolve();
    };
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    void ended.then(() => reject(new Error(`${file} ended before it was ready:\n${output}`)));
  });
  return {
    process: child,
    output: () => output,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

const usedPorts = new Set<number>();
/** The test workers share the ports: each uses every fourth pair, so that none takes a port chosen by another. */
const isPortOfWorker = (port: number) => (port >> 1) % 4 === Number(process.env.VITEST_POOL_ID ?? 0) % 4;

/** A free port that this worker has not returned before. */
export async function freePort(): Promise<number> {
  const port = await anyFreePort();
  if (usedPorts.has(port) || !isPortOfWorker(port)) return freePort();
  usedPorts.add(port);
  return port;
}

export type TestEnvironment = {
  url: string;
  google: string;
  dataDirectory: string;
  /** The server's environment variables. */
  env: Record<string, string>;
  demo: Record<'admin' | 'agent', { name: string; email: string; password: string }>;
  server: Program;
  startServer(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the simulated Google and Postroom with demo users, as `npm start` does. The data directory is a copy of the
 * one that make-data-directory.ts made, if it has.
 */
export async function startTestEnvironment(): Promise<TestEnvironment> {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-e2e-'));
  const dataDirectory = path.join(directory, 'data');
  const started = process.env.E2E_STARTED_DATA;
  if (started) await copyDirectory(started, dataDirectory);
  const [port, googlePort] = [await freePort(), await freePort()];
  const google = `http://127.0.0.1:${googlePort}`;
  const simulator = await startProgram('google-simulator/src/main.ts', {
    args: ['--port', String(googlePort), '--state', path.join(directory, 'google'), '--seed', 'demo'],
    ready: /listening on/,
  });
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PORT: String(port),
    POSTROOM_DATA_DIR: dataDirectory,
    POSTROOM_DEMO: 'true',
    ...simulatorSettings(google),
    GOOGLE_PUBSUB_TOPIC: 'projects/postroom-simulated/topics/gmail',
    GOOGLE_RISC_CREDENTIALS: path.join(directory, 'google', 'service-account.json'),
    GOOGLE_SIMULATOR_WEBMAIL_URL: `${google}/mail`,
  };
  const start = () =>
    startProgram('server/src/main.ts', {
      ready: /Postroom is ready/,
      env,
    });
  const environment: TestEnvironment = {
    url,
    google,
    dataDirectory,
    env,
    server: await start(),
    demo: JSON.parse(await readFile(path.join(dataDirectory, 'demo.json'), 'utf8')),
    async startServer() {
      environment.server = await start();
    },
    async stop() {
      await environment.server.end('SIGTERM');
      await simulator.end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
  return environment;
}

/** Copies a data directory with its owners: Postgres runs as another user where the tests run as root. */
export async function copyDirectory(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** Runs a statement in the running server's database; returns the number of rows. */
export async function runInDatabase(
  environment: Pick<TestEnvironment, 'dataDirectory'>,
  statement: string,
  values: unknown[] = [],
): Promise<number | null> {
  const hash = createHash('sha256').update(environment.dataDirectory).digest('hex').slice(0, 16);
  const sockets = [path.join(environment.dataDirectory, 'socket'), path.join(tmpdir(), `postroom-${hash}`)];
  const host = sockets.find((one) => existsSync(path.join(one, '.s.PGSQL.5432')));
  const client = new pg.Client({ host, user: 'postroom', database: 'postroom' });
  await client.connect();
  try {
    return (await client.query(statement, values)).rowCount;
  } finally {
    await client.end();
  }
}
