import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { startWebProcess } from '../testing/web-process.ts';

let database: TestDatabase;
let directory: string;
beforeEach(async () => {
  database = await openTestDatabase();
  directory = await mkdtemp(path.join(tmpdir(), 'postroom-demo-'));
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const start = async (env: Record<string, string>) =>
  (await startWebProcess(database.connection, { POSTROOM_DATA_DIR: directory, ...env })).stop();
const users = async () =>
  (await database.deployment.pool.query('select email from users order by email')).rows.map(
    ({ email }) => email,
  );

test('a trial starts on an empty database, with a first admin too, and starts again', async () => {
  await start({ POSTROOM_DEMO: 'true' });
  const all = ['admin@acme.example', 'john@acme.example', 'root@acme.example'];
  expect(await users()).toEqual(all);
  await start({ POSTROOM_DEMO: 'true' });
  expect(await users()).toEqual(all);
});

test('a restored trial has the passwords of the original, and no others are made', async () => {
  await start({ POSTROOM_DEMO: 'true' });
  await rm(path.join(directory, 'demo.json'));
  await start({ POSTROOM_DEMO: 'true' });
  expect(existsSync(path.join(directory, 'demo.json'))).toBe(false);
});

test('a trial is refused among people who are none of its own', async () => {
  await start({});
  await expect(start({ POSTROOM_DEMO: 'true' })).rejects.toThrow(
    /^No Google client is configured, and the people/,
  );
  expect(await users()).toEqual(['root@acme.example']);
});
