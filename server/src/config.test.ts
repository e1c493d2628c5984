import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'postroom-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

const read = (env: Record<string, string>) => readConfig({ POSTROOM_DATA_DIR: directory, ...env });

test('every fault is named at once, by the name of its setting', async () => {
  const wrong = read({
    DATABASE_URL: 'mysql://here',
    PORT: 'eighty',
    POSTROOM_URL: 'acme.com',
    POSTROOM_SECRET: 'short',
    POSTROOM_ADMIN_EMAIL: 'nobody',
    GOOGLE_CLIENT_ID: 'id',
    GOOGLE_TOKEN_URL: 'ftp://google',
    POSTROOM_FILES: 's3://bucket',
    POSTROOM_FILES_FORMER: 'folder',
  });
  await expect(wrong).rejects.toThrow(
    [
      'Postroom cannot start, because of these settings:',
      '  DATABASE_URL must be a postgres:// address',
      '  PORT must be a number from 0 to 65535',
      '  POSTROOM_URL must be an http:// or https:// address',
      '  POSTROOM_SECRET must have at least 32 characters',
      '  POSTROOM_FILES_FORMER must be database, directory or s3://bucket/prefix',
      '  POSTROOM_ADMIN_EMAIL must be an email address',
      '  GOOGLE_TOKEN_URL must be an http:// or https:// address',
      '  POSTROOM_ADMIN_PASSWORD is missing: it goes with POSTROOM_ADMIN_EMAIL',
      '  GOOGLE_CLIENT_SECRET is missing: it goes with GOOGLE_CLIENT_ID',
      '  POSTROOM_S3_ACCESS_KEY_ID is missing: files are in an S3 bucket',
    ].join('\n'),
  );
});

test('without settings it listens on loopback, has its own Postgres and talks to Google itself', async () => {
  const config = await read({});
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 4400,
    url: 'http://127.0.0.1:4400',
    databaseUrl: null,
    google: null,
    demo: false,
  });
  const google = (await read({ GOOGLE_CLIENT_ID: 'id', GOOGLE_CLIENT_SECRET: 'secret' })).google;
  expect(google?.addresses.issuer).toBe('https://accounts.google.com');
});

test('an empty setting counts as not given', async () => {
  expect((await read({ DATABASE_URL: '', PORT: '' })).port).toBe(4400);
});

test('the secret is made once, also by many at the same time, and is for its owner alone', async () => {
  const configs = await Promise.all(Array.from({ length: 10 }, () => read({})));
  expect(new Set(configs.map(({ secrets: [current] }) => current)).size).toBe(1);
  expect(configs[0]?.secrets[0].length).toBeGreaterThan(32);
  const { mode } = await stat(path.join(directory, 'secret'));
  expect(mode & 0o777).toBe(0o600);
});

test('a data directory that cannot be written to is named, with what to do', async () => {
  await expect(readConfig({ POSTROOM_DATA_DIR: '/dev/null/data' })).rejects.toThrow(
    /cannot write to its data directory \/dev\/null\/data.*set POSTROOM_DATA_DIR/s,
  );
});
