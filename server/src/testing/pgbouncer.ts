import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Connection } from '../database/connect.ts';
import { unprivilegedUser } from '../database/postgres-binaries.ts';

const program = '/usr/sbin/pgbouncer';
const port = 6432;

/** Debian's PgBouncer, which `npm test` installs. */
export const hasPgBouncer = existsSync(program);

export type PgBouncer = Awaited<ReturnType<typeof startPgBouncer>>;

/**
 * Starts a PgBouncer in transaction mode before a Postgres, on a Unix socket. `settings`: more of the section
 * [pgbouncer] (https://www.pgbouncer.org/config.html). It ends with this process.
 */
export async function startPgBouncer(server: Connection, settings: Record<string, string | number> = {}) {
  const user = await unprivilegedUser();
  const directory = await mkdtemp(path.join(tmpdir(), 'pgbouncer-'));
  const target = addressOf(server);
  const all = {
    pool_mode: 'transaction',
    auth_type: 'any',
    unix_socket_dir: directory,
    listen_port: port,
    max_client_conn: 500,
    // Each test file has a database: none keeps connections that it does not use.
    server_idle_timeout: 5,
    server_login_retry: 1,
    ...settings,
  };
  const file = path.join(directory, 'pgbouncer.ini');
  await writeFile(
    file,
    ['[databases]', `* = ${pairs(target).join(' ')}`, '[pgbouncer]', ...pairs(all)].join('\n'),
  );
  if (user) for (const each of [directory, file]) await chown(each, user.uid, user.gid);
  // The shell ends with the pipe, however this process ends, and takes PgBouncer with it.
  const child = spawn('/bin/sh', ['-c', '"$0" -q "$1" & read -r _; kill -9 $!', program, file], {
    stdio: ['pipe', 'ignore', 'pipe'],
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output = (output + chunk).slice(-4_000);
  });
  const ended = once(child, 'exit');
  const socket = path.join(directory, `.s.PGSQL.${port}`);
  const deadline = Date.now() + 20_000;
  while (!existsSync(socket)) {
    if (Date.now() > deadline) throw new Error(`PgBouncer does not start:\n${output}`);
    await sleep(20);
  }
  return {
    /** The same database, through the pooler. */
    through(connection: Connection): Connection {
      const { user, database } = new pg.Client(connection);
      return { host: directory, port, user, database };
    },
    async stop(): Promise<void> {
      child.stdin.end();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function addressOf(connection: Connection) {
  const { host, port: serverPort, user, password } = new pg.Client(connection);
  return { host, port: serverPort, user, ...(password && { password: String(password) }) };
}

function pairs(settings: Record<string, string | number | undefined>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
}
