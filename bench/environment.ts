import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { answerConsent } from '../google-simulator/src/testing.ts';
import { startEmbeddedPostgres } from '../server/src/database/embedded-postgres.ts';
import type { GoogleClientConfig } from '../server/src/google/config.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const admin = { email: 'admin@acme.example', password: 'a password for measuring' };

/** A process of ours while it is measured. */
export type Program = {
  /** Seconds of processor time it has used. */
  processorSeconds(): Promise<number>;
  stop(): Promise<void>;
};

/** One mailbox connected to Postroom, and tokens of its own to ask Gmail beside Postroom. */
export type BenchEnvironment = Awaited<ReturnType<typeof startBenchEnvironment>>;

/**
 * A Postgres, a simulated Google as a process, and Postroom as one or more processes over both, with an
 * admin who can call the API: what a bench measures from outside.
 */
export async function startBenchEnvironment() {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-bench-'));
  const postgres = await startEmbeddedPostgres(path.join(directory, 'data'));
  if (postgres.kind !== 'started') throw new Error('A new directory cannot be in use');
  const { host, user, database } = postgres.connection as Record<'host' | 'user' | 'database', string>;
  const databaseUrl = `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });

  const googlePort = await freePort();
  const google = `http://127.0.0.1:${googlePort}`;
  const simulator = await start('google-simulator/src/main.ts', {
    args: ['--port', String(googlePort), '--state', path.join(directory, 'google'), '--seed', 'demo'],
    ready: /listening on/,
  });
  const control = async (name: string, body: object) => {
    const answer = await fetch(`${google}/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  };
  await control('quota', { perMinute: null });

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const addresses: GoogleClientConfig['addresses'] = {
    issuer: google,
    authorization: `${google}/o/oauth2/v2/auth`,
    token: `${google}/token`,
    revoke: `${google}/revoke`,
    jwks: `${google}/oauth2/v3/certs`,
    gmailRoot: `${google}/`,
    pubsubRoot: `${google}/`,
  } as GoogleClientConfig['addresses'];
  const client = { clientId: 'postroom-simulated-client', clientSecret: 'postroom-simulated-secret' };
  const running: Program[] = [];
  let cookie = '';
  let instanceId = '';

  const call = async (method: string, target: string, body?: object) => {
    const answer = await fetch(`${url}${target}`, {
      method,
      redirect: 'manual',
      headers: { cookie, origin: url, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.status >= 400) throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`);
    return answer;
  };

  return {
    url,
    google,
    pool,
    control,
    config: { ...client, addresses } satisfies GoogleClientConfig,
    call,
    cookie: () => cookie,
    instanceId: () => instanceId,

    /** Starts Postroom in a role, with every quota off unless `env` says otherwise. */
    async startPostroom(role: 'all' | 'web' | 'worker', env: Record<string, string> = {}): Promise<Program> {
      const program = await start('server/src/main.ts', {
        ready: /Postroom is ready/,
        env: {
          POSTROOM_ROLE: role,
          POSTROOM_LOG_LEVEL: 'warn',
          POSTROOM_DATA_DIR: path.join(directory, 'data'),
          POSTROOM_ADMIN_EMAIL: admin.email,
          POSTROOM_ADMIN_PASSWORD: admin.password,
          DATABASE_URL: databaseUrl,
          PORT: String(port),
          GOOGLE_CLIENT_ID: client.clientId,
          GOOGLE_CLIENT_SECRET: client.clientSecret,
          GOOGLE_ISSUER: addresses.issuer,
          GOOGLE_AUTHORIZATION_URL: addresses.authorization,
          GOOGLE_TOKEN_URL: addresses.token,
          GOOGLE_REVOKE_URL: addresses.revoke,
          GOOGLE_JWKS_URL: addresses.jwks,
          GOOGLE_GMAIL_ROOT_URL: addresses.gmailRoot,
          GOOGLE_PUBSUB_ROOT_URL: addresses.pubsubRoot,
          GOOGLE_PUBSUB_TOPIC: 'projects/postroom-simulated/topics/gmail',
          GMAIL_UNITS_PER_MINUTE: '1000000000',
          ...env,
        },
      });
      running.push(program);
      return program;
    },

    async signIn(): Promise<void> {
      const answer = await call('POST', '/api/auth/sign-in/email', admin);
      cookie = answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
      const me = (await (await call('GET', '/api/me')).json()) as { instances: Array<{ id: string }> };
      instanceId = me.instances[0]!.id;
    },

    /** Makes Google accounts and connects them as a person does; answers the mailboxes' ids by address. */
    async connect(addressesOfMailboxes: string[]): Promise<Map<string, string>> {
      const ids = new Map<string, string>();
      for (const email of addressesOfMailboxes) {
        await control('accounts/add', { email, name: email.split('@')[0]! });
        const base = `/api/instances/${instanceId}/connections`;
        const started = await (await call('POST', base, {})).json();
        const { id, authorizationUrl } = started as { id: string; authorizationUrl: string };
        const back = await answerConsent(authorizationUrl, email);
        await call('GET', `${back.pathname}${back.search}`);
        const settings = {
          displayName: email,
          templateId: null,
          dynamicAliasName: false,
          threading: 'single',
        };
        const saved = await (await call('POST', `${base}/${id}/save`, settings)).json();
        ids.set(email, (saved as { mailbox: { id: string } }).mailbox.id);
      }
      return ids;
    },

    /** A message from outside arrives at Google. */
    deliver: (to: string, raw: Buffer, from = 'ana@far.example') =>
      control('deliver', { from, to: [to], raw: raw.toString('base64') }),

    /** Waits until so many messages of a mailbox (null: of all) are stored. */
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
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
      await rm(host, { recursive: true, force: true });
    },
  };
}

async function start(
  file: string,
  { args = [], env = {}, ready }: { args?: string[]; env?: Record<string, string>; ready: RegExp },
): Promise<Program> {
  const child = spawn(process.execPath, [path.join(root, file), ...args], {
    env: {
      ...(process.env.BENCH_PROFILE && file.startsWith('server')
        ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env.BENCH_PROFILE}` }
        : {}),
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: tmpdir(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  await waitForOutput(child, file, ready, ended);
  return {
    processorSeconds: () => processorSeconds(child.pid!),
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

/** User and system time of a process and its threads, from proc(5); clock ticks are hundredths on Linux. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
