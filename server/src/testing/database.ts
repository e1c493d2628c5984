import { randomBytes } from 'node:crypto';
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
  close(): Promise<void>;
};

/** Copies the template database; `close` drops the copy. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgres');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await run(server, `create database ${name} template ${template}`);
  const connection = inDatabase(server, name);
  const deployment = connect(connection);
  const locks = openLocks(connection);
  return {
    connection,
    deployment,
    database: bindToInstances(deployment),
    locks,
    async close() {
      await locks.close();
      await deployment.pool.end();
      await run(server, `drop database ${name} with (force)`);
    },
  };
}

async function run(server: Connection, statement: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  await client.query(statement);
  await client.end();
}
