import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { sql } from 'kysely';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { inDatabase } from '../testing/postgres.ts';
import { connect } from './connect.ts';
import { migrate } from './migrate.ts';

test('ten processes that start at once on an empty database migrate it once', async () => {
  const server = inject('postgres');
  const name = `fresh_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`);
  const deployments = Array.from({ length: 10 }, () => connect(inDatabase(server, name), { max: 2 }));
  const outcomes = await Promise.all(deployments.map(migrate));
  const applied = outcomes.flatMap((outcome) => outcome.applied);
  const files = readdirSync(new URL('migrations/', import.meta.url)).map((file) => file.replace('.sql', ''));
  expect(applied).toEqual(files.sort());
  expect((await migrate(deployments[0]!)).applied).toEqual([]);
  const { rows } = await sql<{ n: number }>`select count(*) as n from schema_migration`.execute(
    deployments[0]!.sql,
  );
  expect(rows).toEqual([{ n: applied.length }]);
  for (const { pool } of deployments) await pool.end();
  await client.query(`drop database ${name}`);
  await client.end();
});

test('a history id keeps all digits up to the largest unsigned 64-bit number', async () => {
  const server = inject('postgres');
  const deployment = connect(server);
  const largest = '18446744073709551615';
  const { rows } = await sql<{ id: string }>`select ${largest}::numeric(20) as id`.execute(deployment.sql);
  expect(rows[0]?.id).toBe(largest);
  await deployment.pool.end();
});
