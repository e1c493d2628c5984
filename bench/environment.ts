import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort } from '../server/src/testing/free-port.ts';
import { startPgBouncer } from '../server/src/testing/pgbouncer.ts';
import { postgresUrl } from '../server/src/testing/postgres.ts';
import { startPostgresProcess } from '../server/src/testing/postgres-process.ts';
import { simulatedClient, simulatorSettings } from '../server/src/testing/simulator-settings.ts';
import { admin, createAdminClient } from './admin-client.ts';
import { processTimes } from './process-times.ts';
import { enableStatements } from './statements.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A measured process. */
export type Program = {
  /** Processor time used so far by it and its threads, in seconds. */
  processorSeconds(): number;
  /** Memory in use, in bytes. */
  memory(): Promise<number>;
  /** Has its main thread go last where a processor is wanted by others. */
  goLast(): void;
  stop(): Promise<void>;
};

export type BenchEnvironment = Awaited<ReturnType<typeof startBenchEnvironment>>;

/**
 * Starts Postgres and the simulated Google. The bench then starts one or more Postroom processes, and calls the
 * API as an admin.
 */
export async function startBenchEnvironment() {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-bench-'));
  const data = path.join(directory, 'data');
  let { databaseUrl, ...postgres } = await startPostgresProcess(data, directory);
  if (await enableStatements(databaseUrl)) {
    await postgres.stop();
    ({ databaseUrl, ...postgres } = await startPostgresProcess(data, directory));
  }
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // BENCH_PGBOUNCER=1: through PgBouncer in transaction mode.
  const pooler = process.env.BENCH_PGBOUNCER ? await startPgBouncer({ connectionString: databaseUrl }) : null;
  const pooled = pooler && {
    DATABASE_URL: postgresUrl(pooler.through({ connectionString: databaseUrl })),
    POSTROOM_DATABASE_DIRECT_URL: databaseUrl,
  };

  const googlePort = await freePort();
  const google = `http://127.0.0.1:${googlePort}`;
  const simulator = await start('google-simulator/src/main.ts', {
    args: ['--port', String(googlePort), '--state', path.join(directory, 'google'), '--seed', 'demo'],
    ready: /listening on/,
  });
  const { control, deliver } = controlSimulator(google);
  await control('quota', { perMinute: null });

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running: Program[] = [];
  const api = createAdminClient(url);

  return {
    url,
    google,
    simulator,
    pool,
    /** The directory of Postgres's socket. */
    postgresHost: postgres.host,
    control,
    config: simulatedClient(google),
    ...api,

    /** Starts Postroom in a role, without quotas unless `env` sets them. */
    async startPostroom(
      role: 'all' | 'web' | 'worker',
      env: Record<string, string | undefined> = {},
    ): Promise<Program> {
      const program = await start('server/src/main.ts', {
        ready: /Postroom is ready/,
        env: {
          POSTROOM_LOG_LEVEL: 'warn',
          POSTROOM_DATA_DIR: data,
          POSTROOM_ADMIN_EMAIL: admin.email,
          POSTROOM_ADMIN_PASSWORD: admin.password,
          DATABASE_URL: databaseUrl,
          PORT: String(port),
          ...simulatorSettings(google),
          GOOGLE_PUBSUB_TOPIC: 'projects/postroom-simulated/topics/gmail',
          POSTROOM_REQUESTS_PER_MINUTE: '1000000',
          GMAIL_UNITS_PER_MINUTE: '1000000000',
          ...pooled,
          // As `npm start` sets it: the first file is compiled before the program can choose the folder.
          NODE_COMPILE_CACHE: path.join(directory, 'compiled'),
          POSTROOM_ROLE: role,
          ...env,
        },
      });
      running.push(program);
      return program;
    },

    /** Creates Google accounts and connects them through the pages; returns the mailboxes' ids by address. */
    async connect(addressesOfMailboxes: string[]): Promise<Map<string, string>> {
      const ids = new Map<string, string>();
      for (const email of addressesOfMailboxes) {
        await control('accounts/add', { email, name: email.split('@')[0]! });
        ids.set(email, await api.connectMailbox(email));
      }
      return ids;
    },

    deliver,

    /** Waits until `count` messages of a mailbox (null: of all mailboxes) are stored. */
    async waitUntilStored(account: string | null, count: number): Promise<void> {
      for (;;) {
        const { rows } = await pool.query<{ stored: number }>(
          'select count(*)::int as stored from gmail_message g join mailbox m on m.id = g.mailbox_id where g.message_id is not null and ($1::text is null or m.address = $1)',
          [account],
        );
        if (rows[0]!.stored >= count) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },

    async unitsSpent(account: string): Promise<number> {
      const answer = await fetch(`${google}/control/mailboxes/${account}`);
      return ((await answer.json()) as { unitsSpent: number }).unitsSpent;
    },

    async stop(): Promise<void> {
      for (const program of running) await program.stop();
      await pool.end();
      await simulator.stop();
      await pooler?.stop();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
      await rm(postgres.host, { recursive: true, force: true });
    },
  };
}

/** Calls the simulator at `google` as a test does. */
export function controlSimulator(google: string) {
  const control = async (name: string, body: object) => {
    const answer = await fetch(`${google}/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  };
  return {
    control,
    /** Delivers a message from another mail server to Gmail. */
    deliver: (to: string, raw: Buffer, from = 'ana@far.example') =>
      control('deliver', { from, to: [to], raw: raw.toString('base64') }),
  };
}

/** Starts a program of this folder, with the settings of `env` only; resolves when it has printed `ready`. */
export async function start(
  file: string,
  {
    args = [],
    env = {},
    ready,
  }: { args?: string[]; env?: Record<string, string | undefined>; ready: RegExp },
): Promise<Program> {
  const child = spawn(process.execPath, [path.join(root, file), ...args], {
    env: {
      ...(process.env.BENCH_PROFILE && file.startsWith('server')
        ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env.BENCH_PROFILE}` }
        : {}),
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      TMPDIR: tmpdir(),
      ...env,
    },
    // With a channel, it ends when this process does.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  await waitForOutput(child, file, ready, ended);
  return {
    processorSeconds: () => processTimes(child.pid!)!.own / 100,
    memory: () => residentMemory(child.pid!),
    goLast: () => setPriority(child.pid!, 19),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function waitForOutput(
  child: ChildProcess,
  file: string,
  ready: RegExp,
  ended: Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const onOutput = (chunk: Buffer) => {
      if (output.length < 100_000) output += chunk;
      if (ready.test(output)) resolve();
      if (/"level":(40|50|60)/.test(String(chunk))) process.stderr.write(chunk);
    };
    child.stdout!.on('data', onOutput);
    child.stderr!.on('data', onOutput);
    void ended.then(() => reject(new Error(`${file} ended before it was ready:\n${output}`)));
  });
}

async function residentMemory(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
