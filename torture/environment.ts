import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '../server/src/database/connect.ts';
import { migrate } from '../server/src/database/migrate.ts';
import { assignRole, createInstance } from '../server/src/instances/instances.ts';
import { createUser, openSignIn } from '../server/src/instances/sign-in.ts';
import { freePort } from '../server/src/testing/free-port.ts';
import { startPgBouncer } from '../server/src/testing/pgbouncer.ts';
import { postgresUrl } from '../server/src/testing/postgres.ts';
import { startPostgresProcess } from '../server/src/testing/postgres-process.ts';
import { startReadyProxy } from '../server/src/testing/ready-proxy.ts';
import { simulatorSettings } from '../server/src/testing/simulator-settings.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { openDatabaseAccess } from './database-access.ts';
import { connectToSimulator, type SimulatedGoogle } from './simulated-google.ts';
import { type SupervisedProcess, superviseProcess } from './supervised-processes.ts';

const secret = 'the secret of a torture run, long enough';
const password = 'long enough to sign in';

/** An instance, its users, and its mailboxes: ids by account. */
export type Desk = {
  instanceId: string;
  admin: ApiClient;
  agents: ApiClient[];
  accounts: string[];
  mailboxes: Map<string, string>;
};

export type TortureEnvironment = Awaited<ReturnType<typeof startTortureEnvironment>>;

/**
 * Gmail's quota units per mailbox and minute: the limit of projects created before May 2026 (docs/gmail.md,
 * section 3), so that reading what the faults delayed takes minutes, not a quarter of an hour.
 */
const unitsPerMinute = 15_000;

/** How many processes of each role run; several web processes are behind a proxy. `pooler`: through PgBouncer. */
export type Topology = { webs: number; workers: number; pooler: boolean };
const usualTopology: Topology = { webs: 1, workers: 2, pooler: false };

/** After Postgres is back PgBouncer tries a second later, and refuses clients until then (ms). */
const poolerRetriesMs = 3_000;

/**
 * Starts the system under test, each part as a process: Postgres, the simulated Google, workers and web processes.
 * Creates the instances with their users and connects the mailboxes through Google's pages.
 */
export async function startTortureEnvironment(options: {
  accounts: string[][];
  customers: string[];
  topology?: Topology;
}) {
  const { webs, workers, pooler: throughPooler } = options.topology ?? usualTopology;
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-torture-'));
  const logs = path.join(directory, 'logs');
  await mkdir(logs);
  const data = path.join(directory, 'data');
  let postgres = await startPostgresProcess(data, directory);
  const { databaseUrl } = postgres;
  const pool = openDatabaseAccess(databaseUrl);
  const pooler = throughPooler ? await startPgBouncer({ connectionString: databaseUrl }) : null;
  const googlePort = await freePort();
  const webPorts = await Promise.all(Array.from({ length: webs }, freePort));
  const addresses = webPorts.map((port) => `http://127.0.0.1:${port}`);
  const proxy = webs > 1 ? await startReadyProxy() : null;
  for (const address of addresses) void proxy?.add(address);
  const url = proxy?.address ?? addresses[0]!;
  const processes: SupervisedProcess[] = [];
  const faultsOfWeb: string[] = [];
  const clock = path.join(directory, 'clock');
  let stopped: Promise<void> | null = null;
  let postgresIsAway = false;
  let postgresBackAt = 0;

  const simulator = superviseProcess('google', 'google-simulator/src/main.ts', {
    args: ['--port', String(googlePort), '--state', path.join(directory, 'google'), '--seed', 'none'],
    env: {},
    ready: /listening on/,
    logs,
  });
  processes.push(simulator);
  await simulator.ready();
  const google = connectToSimulator(`http://127.0.0.1:${googlePort}`);
  await google.control('quota', { perMinute: unitsPerMinute });
  await addAccounts(google, options.accounts.flat(), { workspace: true });
  await addAccounts(google, options.customers, { workspace: false });
  const desks = await createInstances(databaseUrl, url, options.accounts, (what) => faultsOfWeb.push(what));
  const databaseSettings: Record<string, string> = pooler
    ? {
        DATABASE_URL: postgresUrl(pooler.through({ connectionString: databaseUrl })),
        POSTROOM_DATABASE_DIRECT_URL: databaseUrl,
      }
    : { DATABASE_URL: databaseUrl };
  const start = (name: string, role: 'web' | 'worker', port = 0) => {
    const program = superviseProcess(name, 'server/src/main.ts', {
      env: {
        POSTROOM_ROLE: role,
        POSTROOM_SECRET: secret,
        POSTROOM_DATA_DIR: data,
        ...databaseSettings,
        POSTROOM_URL: url,
        PORT: String(port),
        POSTROOM_REQUESTS_PER_MINUTE: '1000000',
        GMAIL_UNITS_PER_MINUTE: String(unitsPerMinute),
        NODE_OPTIONS: ['clock.ts', 'plant.ts'].map((hook) => `--import ${hookFile(hook)}`).join(' '),
        TORTURE_CLOCK: clock,
        ...simulatorSettings(google.url),
        GOOGLE_PUBSUB_TOPIC: 'projects/postroom-simulated/topics/gmail',
      },
      ready: /Postroom is ready/,
      logs,
      // A process that starts while Postgres is away ends with an error, for whoever started it to start it again.
      mayFailToStart: (began) => postgresIsAway || began < postgresBackAt + (pooler ? poolerRetriesMs : 0),
    });
    processes.push(program);
    return program;
  };
  const programs = [
    ...webPorts.map((port, index) => start(`web-${index + 1}`, 'web', port)),
    ...Array.from({ length: workers }, (_, index) => start(`worker-${index + 1}`, 'worker')),
  ];
  for (const program of programs) await program.ready();
  for (const desk of desks) {
    await desk.admin.signIn();
    for (const agent of desk.agents) {
      await agent.signIn();
      await agent.call('PATCH', '/writing-settings', { undoSeconds: 0 });
    }
    for (const account of desk.accounts) desk.mailboxes.set(account, await desk.admin.connect(account));
  }

  return {
    url,
    databaseUrl,
    google,
    pool,
    desks,
    logs,
    /** The processes that are killed. */
    programs,
    crashes: () => processes.flatMap((program) => program.crashes()),
    faultsOfWeb,
    /** Runs `work` with the data directory while neither its Postgres nor the processes run. */
    async whileStopped(work: (dataDirectory: string) => Promise<void>): Promise<void> {
      await Promise.all(programs.map((program) => program.kill()));
      await postgres.stop();
      await work(data);
      postgres = await startPostgresProcess(data, directory);
      postgresBackAt = performance.now();
      for (const program of programs) program.restart();
    },
    /** Kills the processes and starts them with these further variables. */
    async restartWith(env: Record<string, string>): Promise<void> {
      await Promise.all(programs.map((program) => program.kill()));
      for (const program of programs) program.restart(env);
      for (const program of programs) await program.ready();
    },
    /** Postgres is away for so many milliseconds; the processes go on. */
    async postgresAway(ms: number): Promise<void> {
      postgresIsAway = true;
      await postgres.stop();
      await sleep(ms);
      postgres = await startPostgresProcess(data, directory);
      postgresIsAway = false;
      postgresBackAt = performance.now();
    },
    /** The clock of the processes differs from this machine's, from Postgres's and Google's by so much (ms). */
    setClock: (offset: number) => writeFile(clock, String(offset)),
    /** Stops everything, once; deletes the logs too unless `keepLogs`. */
    stop({ keepLogs }: { keepLogs: boolean }): Promise<void> {
      stopped ??= stopAll(keepLogs);
      return stopped;
    },
  };

  async function stopAll(keepLogs: boolean): Promise<void> {
    for (const program of processes.toReversed()) await program.end();
    await proxy?.close();
    await pool.end();
    await pooler?.stop();
    await postgres.stop();
    const removed = keepLogs ? [data, path.join(directory, 'google')] : [directory];
    for (const each of [...removed, postgres.host]) await rm(each, { recursive: true, force: true });
  }
}

async function addAccounts(
  google: SimulatedGoogle,
  emails: string[],
  { workspace }: { workspace: boolean },
): Promise<void> {
  for (const email of emails) {
    await google.control('accounts/add', { email, name: email.split('@')[0]!, workspace });
  }
}

const hookFile = (name: string) => fileURLToPath(new URL(`hooks/${name}`, import.meta.url));

async function createInstances(
  databaseUrl: string,
  url: string,
  accounts: string[][],
  noteFault: (what: string) => void,
): Promise<Desk[]> {
  const deployment = connect({ connectionString: databaseUrl });
  try {
    await migrate(deployment);
    const signIn = openSignIn(deployment, { url, secrets: [secret] });
    const desks: Desk[] = [];
    for (const [index, own] of accounts.entries()) {
      const slug = `desk-${index + 1}`;
      const { id: instanceId } = await createInstance(deployment, { slug, name: slug, kind: 'production' });
      const person = async (name: string, role: 'admin' | 'agent') => {
        const email = `${name}@${slug}.example`;
        const { id } = await createUser({ signIn, sql: deployment.sql }, { email, name, password });
        await assignRole(deployment, { instanceId, userId: id, role });
        return createApiClient(url, { email, password, instanceId }, noteFault);
      };
      desks.push({
        instanceId,
        admin: await person('admin', 'admin'),
        agents: [await person('agent-1', 'agent'), await person('agent-2', 'agent')],
        accounts: own,
        mailboxes: new Map(),
      });
    }
    return desks;
  } finally {
    await deployment.pool.end();
  }
}
