import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { inject } from 'vitest';
import { type Connection, connect, type Deployment } from '../database/connect.ts';
import { bindToInstances, type Database } from '../database/instance-transaction.ts';
import { type Locks, openLocks } from '../database/session-locks.ts';
import { inDatabase, template } from './postgres.ts';

/** A migrated database for one test file, with the handles the app opens on it. */
export type TestDatabase = {
  connection: Connection;
  deployment: Deployment;
  database: Database;
  locks: Locks;
  /**
   * Copies the database as it is now. The function returned puts the copy in the place of the database, as
   * somebody does by hand with a copy of the data directory; all handles stay usable.
   */
  copy(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** Copies the template database; `close` drops the copy. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgres');
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Copying the files takes less than the log of their pages, the default (CREATE DATABASE, strategy).
  await run(server, `create database ${name} template ${template} strategy file_copy`);
  const connection = inDatabase(server, name);
  const pooler = inject('pooler');
  const deployment = connect(
    pooler ? { ...inDatabase(pooler, name), pooler: { keepsStatements: false } } : connection,
  );
  const locks = openLocks(connection);
  /** Postgres copies only a database that nobody uses. */
  async function endSessions(): Promise<void> {
    locks.drop();
    await run(
      server,
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${name}'`,
    );
    while (deployment.pool.totalCount > 0) await once(deployment.pool, 'remove');
  }
  return {
    connection,
    deployment,
    database: bindToInstances(deployment),
    locks,
    async copy() {
      const kept = `${name}_copy`;
      await endSessions();
      await run(server, `create database ${kept} template ${name}`);
      return async () => {
        await endSessions();
        await run(server, `drop database ${name} with (force)`);
        await run(server, `alter database ${kept} rename to ${name}`);
      };
    },
    async close() {
      await locks.close();
      await deployment.pool.end();
      await run(server, `drop database ${name} with (force)`);
    },
  };
}

/** A database without any table, which nothing was migrated in. */
export async function openEmptyDatabase(): Promise<{ connection: Connection; close(): Promise<void> }> {
  const server = inject('postgres');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await run(server, `create database ${name}`);
  return {
    connection: inDatabase(server, name),
    close: () => run(server, `drop database ${name} with (force)`),
  };
}

async function run(server: Connection, statement: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  await client.query(statement);
  await client.end();
}
