import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type Connection, connect } from '../database/connect.ts';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';
import { migrate } from '../database/migrate.ts';
import { startPgBouncer } from './pgbouncer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which each test file creates its own database (database.ts). */
    postgres: Connection;
    /** With POSTROOM_TEST_POOLER: a PgBouncer before it, through which the tests' transactions go. */
    pooler: Connection | null;
  }
}

/** The migrated database from which test databases are copied, in milliseconds. */
export const template = 'postroom_template';

/** Before all tests: starts a real Postgres, or uses TEST_DATABASE_URL, and creates the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { connection, stop } = await openServer(process.env.TEST_DATABASE_URL);
  await recreate(connection, template);
  const deployment = connect(inDatabase(connection, template));
  await migrate(deployment);
  await deployment.pool.end();
  project.provide('postgres', connection);
  const pooler = process.env.POSTROOM_TEST_POOLER ? await startPgBouncer(connection) : null;
  project.provide('pooler', pooler?.through(connection) ?? null);
  return async () => {
    await pooler?.stop();
    await stop();
  };
}

function openServer(url: string | undefined) {
  if (url) return { connection: { connectionString: url } as Connection, stop: async () => {} };
  return startTestPostgres(debianBinaries());
}

/** Starts a Postgres in a new directory, of which nothing is left when it has stopped. Default: the embedded one. */
export async function startTestPostgres(binaries?: ReturnType<typeof debianBinaries>) {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-test-'));
  // Postgres before 16 changes its directory at the start and must be able to return.
  await chmod(directory, 0o755);
  const postgres = await startEmbeddedPostgres(directory, { binaries });
  if (postgres.kind !== 'started') throw new Error('A new directory cannot be in use');
  await disableDurability(postgres.connection);
  const stop = async () => {
    await postgres.stop();
    for (const made of [directory, String(postgres.connection.host)]) {
      await rm(made, { recursive: true, force: true });
    }
  };
  return { connection: postgres.connection, stop };
}

/** Test data need not survive a crash, so commits do not wait for the disk. */
async function disableDurability(connection: Connection): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query('alter system set fsync = off');
  await client.query('alter system set full_page_writes = off');
  await client.query('select pg_reload_conf()');
  await client.end();
}

/** POSTROOM_TEST_POSTGRES=15 runs the tests on Debian's Postgres 15, the oldest version supported. */
export function debianBinaries(version = process.env.POSTROOM_TEST_POSTGRES) {
  if (!version) return undefined;
  const bin = `/usr/lib/postgresql/${version}/bin`;
  return { initdb: `${bin}/initdb`, postgres: `${bin}/postgres` };
}

async function recreate(connection: Connection, name: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query(`drop database if exists ${name} with (force)`);
  await client.query(`create database ${name}`);
  await client.end();
}

/** Another database on the same server. */
export function inDatabase(connection: Connection, database: string): Connection {
  if (!connection.connectionString) return { ...connection, database };
  const url = new URL(connection.connectionString);
  url.pathname = `/${database}`;
  return { connectionString: url.href };
}

/** A connection without a password as an operator writes it. */
export function postgresUrl(connection: Connection): string {
  if (connection.connectionString) return connection.connectionString;
  const { host, port, user, database } = new pg.Client(connection);
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}
