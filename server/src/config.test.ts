import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { cannotWrite } from './secrets.ts';

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
      '  DATABASE_URL must be a postgres:// address, in which special characters of the password are percent-encoded (/ as %2F)',
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

test('an address of Postgres with several hosts is refused, with what to do', async () => {
  for (const address of [
    'postgres://ana:a,b@one.internal,two.internal/db?target_session_attrs=read-write',
    'postgres://one.internal:5432,two.internal:5432/db',
    'postgresql:///db?host=one.internal,two.internal',
  ]) {
    await expect(read({ DATABASE_URL: address })).rejects.toThrow(
      'DATABASE_URL names several hosts, and Postroom opens one: give one address that moves with the primary',
    );
  }
  const single = 'postgres://ana:a,b@one.internal/db?host=/run/postgresql';
  expect((await read({ DATABASE_URL: single })).databaseUrl).toBe(single);
});

test('keys of S3 that need a session token are refused, with what to do', async () => {
  const keys = { POSTROOM_S3_ACCESS_KEY_ID: 'AKIAEXAMPLE', POSTROOM_S3_SECRET_ACCESS_KEY: 'secret' };
  const refused = /temporary key, or AWS_SESSION_TOKEN is set: keys with a session token are not/;
  await expect(read({ ...keys, AWS_SESSION_TOKEN: 'token' })).rejects.toThrow(refused);
  await expect(read({ ...keys, POSTROOM_S3_ACCESS_KEY_ID: 'ASIAEXAMPLE' })).rejects.toThrow(refused);
  expect((await read(keys)).files.s3).toMatchObject({ accessKeyId: 'AKIAEXAMPLE' });
  // Without keys of Postroom it concerns others.
  expect((await read({ AWS_SESSION_TOKEN: 'token' })).files.s3).toBe(null);
});

test.each([
  ['POSTROOM_TRUSTED_PROXIES', 'proxy.internal'],
  ['POSTROOM_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['POSTROOM_TRUSTED_PROXIES', '0.0.0.0/0'],
  ['POSTROOM_BACKUP_RECIPIENT', 'age1nothing'],
  ['POSTROOM_BACKUP_RECIPIENT', 'AGE-SECRET-KEY-1NOTPUBLIC'],
  ['POSTROOM_SECRET_PREVIOUS', `${'a'.repeat(32)},short-secret`],
  ['POSTROOM_URL', 'https://acme.com/desk'],
  ['POSTROOM_URL', 'https://ana:password@desk.acme.com'],
  ['POSTROOM_URL', 'https://desk.acme.com/?language=en'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
])('%s %s is refused by its name, and the value is not printed', async (name, value) => {
  const failure = await read({ [name]: value }).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
  expect(failure).toContain(`  ${name}`);
  expect(failure).not.toContain(value);
});

test('proxies are named by ranges, addresses and words', async () => {
  const trustedProxies = 'loopback, uniquelocal,10.0.0.0/8, 192.0.2.7,2001:db8::/32';
  expect(await read({ POSTROOM_TRUSTED_PROXIES: trustedProxies })).toMatchObject({ trustedProxies });
});

test.each([
  ['GOOGLE_PUBSUB_TOPIC', 'projects/acme/topics/gmail', 'GOOGLE_CLIENT_ID'],
  ['GOOGLE_PUBSUB_SUBSCRIPTION', 'projects/acme/subscriptions/gmail', 'GOOGLE_PUBSUB_TOPIC'],
  ['GOOGLE_PUBSUB_PUSH_SERVICE_ACCOUNT', 'push@acme.iam.gserviceaccount.com', 'GOOGLE_PUBSUB_TOPIC'],
  ['POSTROOM_PROBE_HOST', '0.0.0.0', 'POSTROOM_PROBE_PORT'],
])('%s without the setting it needs is refused', async (name, value, missing) => {
  await expect(read({ [name]: value })).rejects.toThrow(`${missing} is missing: it goes with ${name}`);
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

test('where the disk is full, nobody is told to change rights', () => {
  const { message } = cannotWrite('/data', Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
  expect(message).toMatch(/no space left\n {2}Free space on its disk\.$/);
});

test('people sign in with the Google client, and with the provider of the OIDC_ settings', async () => {
  expect((await read({})).signInProviders).toEqual([]);
  const google = { GOOGLE_CLIENT_ID: 'id', GOOGLE_CLIENT_SECRET: 'secret' };
  const oidc = {
    OIDC_ISSUER: 'https://login.acme.com',
    OIDC_CLIENT_ID: 'postroom',
    OIDC_CLIENT_SECRET: 'secret',
    OIDC_NAME: 'Acme',
  };
  const both = (await read({ ...google, ...oidc })).signInProviders;
  expect(both).toMatchObject([
    { id: 'google', name: 'Google', issuer: 'https://accounts.google.com', workspaceOnly: true },
    { id: 'oidc', name: 'Acme', endpoints: null, trustsEmail: false, workspaceOnly: false },
  ]);
  expect((await read({ ...google, GOOGLE_SIGN_IN: 'false' })).signInProviders).toEqual([]);
  await expect(read({ OIDC_ISSUER: 'http://login.acme.com' })).rejects.toThrow(
    /OIDC_ISSUER must be an https:\/\/ address, or one of this machine/,
  );
  await expect(read({ OIDC_CLIENT_ID: 'postroom' })).rejects.toThrow(/OIDC_ISSUER is missing/);
});
