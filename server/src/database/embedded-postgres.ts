import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chown, constants, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { StartupError } from '../problems.ts';
import type { Connection } from './connect.ts';
import {
  type PostgresBinaries,
  postgresBinaries,
  type SystemUser,
  unprivilegedUser,
} from './postgres-binaries.ts';

const execute = promisify(execFile);

export type EmbeddedPostgres = {
  kind: 'started';
  connection: Connection;
  /** It was already running, left by a Postroom process that was killed. */
  reused: boolean;
  /** Rejects when Postgres ends without being asked to; resolves when the lock is lost. */
  terminated: Promise<void>;
  stop(): Promise<void>;
};

const superuser = 'postroom';
const database = 'postroom';
/** sun_path holds 108 bytes, the last of them 0 (unix(7)); Postgres adds `/.s.PGSQL.5432`. */
const maxSocketDirectoryBytes = 107 - '/.s.PGSQL.5432'.length;
const startTimeoutMs = 60_000;
/** How long Postgres may take to end: half of what the service manager waits (ops/systemd). */
const defaultPatienceMs = 30_000;

/**
 * Starts the Postgres of a data directory, which is created on first use, or reuses the one that a killed
 * Postroom left running. It listens on a Unix socket that only its owner can open: there is no port and no
 * password. `already-running`: another Postroom uses this directory. `binaries`: another Postgres than the
 * packaged one. `patienceMs`: how long it may take to stop before it is ended. Throws a StartupError if the data is of another major version, and throws if the directory cannot be written or Postgres does not start, with the end of its
 * output.
 */
export async function startEmbeddedPostgres(
  dataDirectory: string,
  options: { binaries?: PostgresBinaries; patienceMs?: number } = {},
): Promise<EmbeddedPostgres | { kind: 'already-running'; connection: Connection }> {
  await mkdir(dataDirectory, { recursive: true });
  const cluster = path.join(dataDirectory, 'postgres');
  const user = await unprivilegedUser();
  const binaries = options.binaries ?? (await postgresBinaries(user));
  const sockets = await socketDirectory(dataDirectory, user);
  const connection: Connection = { host: sockets, user: superuser, database };

  await createOwnedDirectory(cluster, user);
  if (await exists(path.join(cluster, 'PG_VERSION'))) await refuseOtherVersion(binaries, cluster);
  else await initializeCluster(binaries, cluster, user);
  const running = await postmaster(cluster);
  const reused = running !== null && (await acceptsConnections(connection));
  let pid = running;
  let terminated = new Promise<void>(() => {});
  if (!reused) ({ pid, terminated } = await start(binaries, cluster, sockets, user));
  await waitUntilReady(connection, terminated);
  await createDatabase(connection);

  const lockHolder = await lockDataDirectory(connection);
  if (!lockHolder) return { kind: 'already-running', connection };
  let stopping = false;
  const lockLost = new Promise<void>((resolve) => {
    lockHolder.on('end', () => !stopping && resolve());
    lockHolder.on('error', () => !stopping && resolve());
  });
  return {
    kind: 'started',
    connection,
    reused,
    terminated: lockLost,
    async stop() {
      stopping = true;
      await lockHolder.end().catch(() => {});
      await stopPostmaster(cluster, pid, options.patienceMs ?? defaultPatienceMs);
    },
  };
}

/** The lock of a data directory: held on one connection until the process ends. */
async function lockDataDirectory(connection: Connection): Promise<pg.Client | null> {
  const client = new pg.Client({ ...connection, application_name: 'postroom keeper', keepAlive: true });
  await client.connect();
  const { rows } = await client.query(
    `select pg_try_advisory_lock(hashtextextended('postroom', 0)) as alone`,
  );
  if (rows[0].alone) return client;
  await client.end();
  return null;
}

async function initializeCluster(
  binaries: PostgresBinaries,
  cluster: string,
  user: SystemUser | null,
): Promise<void> {
  // A killed initdb leaves files without PG_VERSION: it must start from an empty directory.
  const settings = ['-U', superuser, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions'];
  const { code, output } = await run(binaries.initdb, settings, cluster, user);
  if (code !== 0) {
    throw new Error(`Postgres could not make its tables in ${cluster}:\n${output.trim()}`);
  }
}

/** A Postgres reads no directory of another major version (https://www.postgresql.org/docs/current/upgrading.html). */
async function refuseOtherVersion(binaries: PostgresBinaries, cluster: string): Promise<void> {
  const made = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).trim();
  const { stdout } = await execute(binaries.postgres, ['--version']);
  const brought = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (brought === undefined || brought === made) return;
  throw new StartupError(
    `The data in ${cluster} was made by Postgres ${made}, and this Postroom brings Postgres ${brought}, which cannot read it.\n` +
      '  Nothing was changed. Make a backup with the release that ran here last, and restore it into a new data\n' +
      '  directory with this one: docs/backup.md, “A newer embedded Postgres”.',
  );
}

async function start(
  binaries: PostgresBinaries,
  cluster: string,
  sockets: string,
  user: SystemUser | null,
): Promise<{ pid: number; terminated: Promise<void> }> {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    shared_buffers: '256MB',
    max_connections: '100',
    // Postroom logs its own errors; Postgres logs only warnings and worse.
    log_min_messages: 'warning',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', workingDirectory, ...flags], {
    ...spawnOptions(cluster, user),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own: Ctrl-C at the terminal must not end it before its clients.
    detached: true,
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output = (output + chunk).slice(-4_000);
  });
  const terminated = new Promise<void>((_resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`Postgres ended:\n${output.trim()}`)));
  });
  terminated.catch(() => {});
  child.unref();
  (child.stderr as unknown as { unref(): void }).unref();
  if (child.pid === undefined) await terminated;
  return { pid: child.pid!, terminated };
}

async function waitUntilReady(connection: Connection, terminated: Promise<void>): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await acceptsConnections(connection))) {
    if (Date.now() > deadline) throw new Error('Postgres did not answer within a minute of its start.');
    await Promise.race([sleep(20), terminated]);
  }
}

async function acceptsConnections(connection: Connection): Promise<boolean> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(connection: Connection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`create database ${database}`);
  } catch (error) {
    const { code } = error as { code?: string };
    // It is there, or another process makes it at this moment.
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end();
  }
}

/** The process id of the Postgres that runs in a cluster; null if none does. */
async function postmaster(cluster: string): Promise<number | null> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 && isRunning(pid) ? pid : null;
}

/**
 * SIGINT is Postgres's fast shutdown: it disconnects clients and writes a last checkpoint. It waits for ever for one that
 * cannot be written, as on a full disk. SIGQUIT is the immediate one, which the next start recovers from; both keep what
 * is committed (https://www.postgresql.org/docs/current/server-shutdown.html).
 */
async function stopPostmaster(cluster: string, pid: number | null, patienceMs: number): Promise<void> {
  if (pid === null || !isRunning(pid)) return;
  process.kill(pid, 'SIGINT');
  let quitAt = performance.now() + patienceMs;
  while (isRunning(pid) && (await exists(path.join(cluster, 'postmaster.pid')))) {
    await sleep(10);
    if (performance.now() < quitAt || !isRunning(pid)) continue;
    process.kill(pid, 'SIGQUIT');
    quitAt = Number.POSITIVE_INFINITY;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The socket's directory: in the data directory if its path is short enough, otherwise a private one. */
async function socketDirectory(dataDirectory: string, user: SystemUser | null): Promise<string> {
  const inDataDirectory = path.join(dataDirectory, 'socket');
  const reachable = !user && Buffer.byteLength(inDataDirectory) <= maxSocketDirectoryBytes;
  const name = createHash('sha256').update(path.resolve(dataDirectory)).digest('hex').slice(0, 16);
  const directory = reachable ? inDataDirectory : path.join(tmpdir(), `postroom-${name}`);
  await createOwnedDirectory(directory, user);
  return directory;
}

/** Creates a directory that belongs to Postgres's user alone. */
async function createOwnedDirectory(directory: string, user: SystemUser | null): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (user) await chown(directory, user.uid, user.gid);
}

/** The cluster as its own processes see it: they need no access to the directories above. */
const workingDirectory = '/proc/self/cwd';

function spawnOptions(cluster: string, user: SystemUser | null) {
  // The working directory is set before the user changes, so a directory above may belong to root alone.
  return {
    cwd: cluster,
    ...(user && { uid: user.uid, gid: user.gid }),
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  };
}

function run(program: string, args: string[], cluster: string, user: SystemUser | null) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(program, ['-D', workingDirectory, ...args], {
      ...spawnOptions(cluster, user),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output = (output + chunk).slice(-4_000);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}
