import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Connection } from '../database/connect.ts';
import { unprivilegedUser } from '../database/postgres-binaries.ts';
import { openRelay } from './relay.ts';

const bin = '/usr/lib/postgresql/15/bin';
const user = 'postroom';
const database = 'postroom';
const standbyName = 'standby';

/** Debian's Postgres 15, which `npm test` installs. */
export const hasPostgres15 = existsSync(`${bin}/postgres`);

export type ReplicatedPostgres = Awaited<ReturnType<typeof startReplicatedPostgres>>;

/**
 * A primary with a synchronous standby (https://www.postgresql.org/docs/15/warm-standby.html#SYNCHRONOUS-REPLICATION):
 * what is committed is on both. They are reached at one address, which moves.
 */
export async function startReplicatedPostgres() {
  const owner = await unprivilegedUser();
  const ids = owner ? { uid: owner.uid, gid: owner.gid } : {};
  const directory = await mkdtemp(path.join(tmpdir(), 'replicated-'));
  if (owner) await chown(directory, owner.uid, owner.gid);
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(`${bin}/${program}`, args, { ...ids, cwd: directory });

  /** Starts the server of a data directory; its socket is beside it. */
  async function start(name: string, settings: string[] = []) {
    const sockets = path.join(directory, `${name}-socket`);
    await mkdir(sockets, { recursive: true });
    if (owner) await chown(sockets, owner.uid, owner.gid);
    const flags = ['listen_addresses=', `unix_socket_directories=${sockets}`, 'fsync=off', ...settings];
    // The shell ends with the pipe, however this process ends, and Postgres with it, at once (SIGQUIT).
    const child = spawn(
      '/bin/sh',
      [
        '-c',
        '"$@" & read -r _; kill -QUIT $!; wait $!',
        'sh',
        `${bin}/postgres`,
        ...['-D', path.join(directory, name)],
        ...flags.flatMap((flag) => ['-c', flag]),
      ],
      { ...ids, cwd: directory, stdio: ['pipe', 'ignore', 'ignore'] },
    );
    const address: Connection = { host: sockets, user, database: 'postgres' };
    while (!(await accepts(address))) {
      if (child.exitCode !== null) throw new Error(`The ${name} does not start`);
      await sleep(50);
    }
    return { child, address };
  }

  await run(
    'initdb',
    '-D',
    path.join(directory, 'primary'),
    '-U',
    user,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  );
  const primary = await start('primary');
  await query(primary.address, `create database ${database}`);
  const from = `host=${primary.address.host} user=${user} application_name=${standbyName}`;
  await run('pg_basebackup', '-D', path.join(directory, 'standby'), '-d', from, '-R', '-c', 'fast');
  const standby = await start('standby');
  // After the copy, so that the standby waits for nobody once it is promoted.
  await query(primary.address, `alter system set synchronous_standby_names = '${standbyName}'`);
  await query(primary.address, 'select pg_reload_conf()');
  while (
    (await query(primary.address, 'select sync_state from pg_stat_replication'))[0]?.sync_state !== 'sync'
  )
    await sleep(50);

  const relay = await openRelay(primary.address);
  return {
    /** Where the server is that takes changes. */
    connection: relay.through({ user, database }),
    relay,
    /** The primary dies, the standby is promoted, and the address moves. */
    async failOver(): Promise<void> {
      relay.cut();
      await end(primary.child);
      await run('pg_ctl', 'promote', '-w', '-D', path.join(directory, 'standby'));
      relay.moveTo(standby.address);
      relay.restore();
    },
    async stop(): Promise<void> {
      relay.cut();
      await relay.close();
      for (const { child } of [standby, primary]) await end(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin!.end();
  await ended;
}

async function query(connection: Connection, text: string): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const accepts = (connection: Connection) =>
  query(connection, 'select 1').then(
    () => true,
    () => false,
  );
