import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest';
import { openQueue } from '../queue/queue.ts';
import { inDatabase } from '../testing/postgres.ts';
import { type Connection, connect } from './connect.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { latestMigration, migrate } from './migrate.ts';
import { findMissingRights, rightsAsSql } from './rights.ts';

const server = inject('postgres');
let admin: pg.Client;
let name: string;
/** An ordinary user in a database that belongs to somebody else. */
let connection: Connection;

beforeEach(async () => {
  name = `plain_${randomBytes(6).toString('hex')}`;
  const creator = new pg.Client(server);
  await creator.connect();
  await creator.query(`create role ${name} login`);
  await creator.query(`create database ${name}`);
  await creator.end();
  const address = inDatabase(server, name);
  admin = new pg.Client(address);
  await admin.connect();
  const { host, port } = admin;
  connection = { host, port, user: name, database: name };
});
afterEach(async () => {
  await admin.end();
  const remover = new pg.Client(server);
  await remover.connect();
  await remover.query(`drop database ${name} with (force)`);
  await remover.query(`drop role ${name}`);
  await remover.end();
});

test('what the database user lacks is said in lines, with the SQL that gives it', async () => {
  const deployment = connect(connection, { max: 2 });
  const error = (await migrate(deployment).catch((failure: Error) => failure)) as Error;
  expect(error.message).toBe(
    [
      `The database user ${name} may not act as postroom_app, and may not create tables in the schema public, and may not create the schema of the queue in the database ${name}.`,
      `  As an admin of Postgres, in the database ${name}:`,
      `    grant postroom_app to "${name}";`,
      `    grant usage, create on schema "public" to "${name}";`,
      `    grant connect, create, temporary on database "${name}" to "${name}";`,
      '  All that is needed is printed by: npm run postroom -- db prepare',
    ].join('\n'),
  );
  for (const { sql } of await findMissingRights(deployment)) await admin.query(sql);
  expect(await findMissingRights(deployment)).toEqual([]);
  await deployment.pool.end();
});

test('where the role was never made, a user who may make it lacks nothing', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'postroom-rights-'));
  const postgres = await startEmbeddedPostgres(folder);
  const deployment = connect(postgres.connection, { max: 1 });
  onTestFinished(async () => {
    await deployment.pool.end();
    if (postgres.kind === 'started') await postgres.stop();
    await rm(folder, { recursive: true });
  });
  expect(await findMissingRights(deployment)).toEqual([]);
});

test('after what `db prepare` prints, a user without the right to make roles runs Postroom', async () => {
  for (const statement of [...rightsAsSql(connection), ...rightsAsSql(connection)])
    await admin.query(statement);
  const deployment = connect(connection, { max: 4 });
  expect((await migrate(deployment)).applied).toContain(await latestMigration());
  const queue = await openQueue(deployment, { isWorker: false, onError: () => {} });
  await queue.stop();
  await deployment.pool.end();
});

test('a user who may make roles needs nobody', async () => {
  await admin.query(`alter role ${name} createrole`);
  await admin.query(`alter database ${name} owner to ${name}`);
  // Made by another: on Postgres 16 and newer only who made it may grant it.
  await admin.query(`grant postroom_app to ${name} with admin option`);
  const deployment = connect(connection, { max: 2 });
  expect((await migrate(deployment)).applied).toContain(await latestMigration());
  await deployment.pool.end();
});
