import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

test('data of another major version is refused with what to do, and not changed', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-version-'));
  const cluster = path.join(directory, 'postgres');
  await mkdir(cluster);
  await writeFile(path.join(cluster, 'PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres(directory)).rejects.toThrow(
    /made by Postgres 17, and this Postroom brings Postgres 18.*docs\/backup\.md/s,
  );
  expect(await readdir(cluster)).toEqual(['PG_VERSION']);
  await rm(directory, { recursive: true });
});

test('one that does not end when it is told to is ended, and keeps what was committed', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-stuck-'));
  const start = async () => {
    const postgres = await startEmbeddedPostgres(directory, { patienceMs: 500 });
    if (postgres.kind !== 'started') throw new Error('Another one is running');
    const client = new pg.Client(postgres.connection);
    client.on('error', () => {});
    await client.connect();
    return { postgres, client };
  };
  const first = await start();
  await first.client.query('create table kept as select 1 as one');
  const { rows } = await first.client.query(
    `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
  );
  // As one that cannot write its last checkpoint, because the disk is full.
  process.kill(rows[0].pid, 'SIGSTOP');
  await first.postgres.stop();

  const second = await start();
  onTestFinished(async () => {
    await second.client.end();
    await second.postgres.stop();
    await rm(directory, { recursive: true });
  });
  expect((await second.client.query('select one from kept')).rows).toEqual([{ one: 1 }]);
}, 60_000);
