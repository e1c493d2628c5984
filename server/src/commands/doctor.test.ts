import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Config, readConfig } from '../config.ts';
import { readRunningUrl, startProcessReports } from '../operations/process-reports.ts';
import { openEmptyDatabase } from '../testing/database.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { watchOutgoingRequests } from '../testing/outgoing-requests.ts';
import { startS3Server } from '../testing/s3-server.ts';
import { examine } from './doctor.ts';

/** A disk cannot be filled on purpose. */
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  return { ...actual, statfs: vi.fn(actual.statfs) };
});

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let directory: string;
let config: Config;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
  directory = await mkdtemp(path.join(tmpdir(), 'postroom-doctor-'));
  const read = await readConfig({
    POSTROOM_DATA_DIR: directory,
    POSTROOM_SECRET: 'a secret for testing, long enough',
    POSTROOM_URL: 'http://localhost:4400',
  });
  config = { ...read, google: fixture.google.config };
});
afterAll(async () => {
  await fixture?.close();
  await rm(directory, { recursive: true, force: true });
});

const { sql } = { sql: (text: string) => fixture.needs.deployment.pool.query(text) };
const open = async () => ({ connection: fixture.needs.deployment.connection, close: async () => {} });
/** What is wrong, and what the doctor says about it. */
async function faults(changes: Partial<Config> = {}, opener: Parameters<typeof examine>[1] = open) {
  const findings = await examine({ ...config, ...changes }, opener);
  return findings.flatMap(({ text, advice }) => (advice === null ? [] : [{ text, advice }]));
}
const fault = (text: RegExp, advice: RegExp) => [
  { text: expect.stringMatching(text), advice: expect.stringMatching(advice) },
];

test('finds nothing wrong where nothing is', async () => {
  expect(await faults()).toEqual([]);
  const texts = (await examine(config, open)).map(({ text }) => text);
  expect(texts).toContainEqual(expect.stringMatching(/^Postgres \d+ answers; its clock is right/));
  expect(texts).toContain('The secret opens every sealed value.');
});

test('names the address of the server that runs, whose settings may be in another shell', async () => {
  const url = 'http://localhost:4731';
  const reports = startProcessReports(fixture.needs.deployment, {
    role: 'web',
    secrets: config.secrets,
    url,
  });
  await expect.poll(() => readRunningUrl(fixture.needs.deployment)).toBe(url);
  const texts = (await examine(config, open)).map(({ text }) => text);
  await reports.close();
  expect(texts).toContainEqual(expect.stringMatching(/^People open Postroom at http:\/\/localhost:4731,/));
});

test('names variables that look like settings and are none', async () => {
  const env = {
    POSTROM_URL: 'a',
    POSTROOM_URI: 'b',
    postroom_url: 'c',
    POSTROOM_URL: 'd',
    POSTROOM_COMMAND: 'e',
    PATH: 'f',
  };
  const texts = (await examine(config, open, env)).flatMap(({ text, advice }) => (advice ? [text] : []));
  expect(texts).toEqual(
    ['POSTROM_URL', 'POSTROOM_URI', 'postroom_url'].map(
      (name) => `Postroom has no setting ${name}: it is ignored.`,
    ),
  );
});

test('names a database that is away, and one without tables', async () => {
  const away = { connectionString: 'postgres://nobody@127.0.0.1:1/none' };
  const databaseUrl = away.connectionString;
  expect(await faults({ databaseUrl }, async () => ({ connection: away, close: async () => {} }))).toEqual(
    fault(/^The database of DATABASE_URL cannot be used: .*ECONNREFUSED/, /psql "\$DATABASE_URL"/),
  );
  const empty = await openEmptyDatabase();
  expect(await faults({}, async () => ({ connection: empty.connection, close: async () => {} }))).toEqual(
    fault(/has no tables yet/, /npm start/),
  );
  await empty.close();
});

test('names a data directory that cannot be used', async () => {
  expect(await faults({ dataDirectory: '/nowhere/data' })).toEqual(
    fault(/^The data directory \/nowhere\/data cannot be used: ENOENT/, /chown/),
  );
});

test('names tables of another version', async () => {
  await sql(`insert into schema_migration values ('9999-later', now())`);
  expect(await faults()).toEqual(fault(/of a newer Postroom/, /version that ran last/));
  await sql(`delete from schema_migration where name like '9999%' or name like '0105%'`);
  expect(await faults()).toEqual(fault(/of an older Postroom \(1 changes/, /npm start/));
  await sql(`insert into schema_migration values ('0105-pause', now())`);
});

test('names a secret that does not fit, and one that is no longer needed', async () => {
  const other = 'another secret, which is long enough';
  expect(await faults({ secrets: [other] })).toEqual(
    fault(/No known secret opens some sealed values \(1 in mailbox_grant/, /POSTROOM_SECRET_PREVIOUS/),
  );
  expect(await faults({ secrets: [other, ...config.secrets] })).toEqual(
    fault(/sealed with a former secret/, /secret reseal/),
  );
});

test('names an address that is disconnected, work that waits, and an address at Google that does not fit', async () => {
  await sql(`update mailbox set disconnected_at = now(), disconnected_code = 'access-revoked'`);
  expect(await faults()).toEqual(
    fault(/^support@acme\.example is disconnected since/, /\/apps\/email\/[0-9a-f-]{36}$/),
  );
  await sql(
    `update mailbox set disconnected_at = null, disconnected_code = null, next_sync_at = now() - interval '1 hour'`,
  );
  expect(await faults()).toEqual(fault(/^1 addresses that were to be read have waited/, /POSTROOM_ROLE/));
  await sql('update mailbox set next_sync_at = now()');
  expect(await faults({ url: 'http://desk.acme.example' })).toContainEqual(fault(/https/, /https/)[0]);
});

test('names a store of files that cannot be used, and one that is not in the configuration', async () => {
  const s3 = await startS3Server();
  const files = { current: 's3://postroom/mail', former: ['directory'], s3: s3.settings };
  expect(await faults({ files })).toEqual([]);
  await sql(`insert into blob (instance_id, sha256, bytes, location)
    select id, 'hash', '', 's3://elsewhere/mail/a/b' from instance limit 1`);
  await sql(`insert into object_removal (location) values ('s3://gone/a/b')`);
  await s3.goAway();
  expect(await faults({ files })).toEqual([
    ...fault(/^Files cannot be kept in s3:\/\/postroom\/mail: .*ECONNREFUSED/, /POSTROOM_S3_ENDPOINT/),
    ...fault(/^1 files are in s3:\/\/elsewhere\/mail, which is not in the configuration/, /files move/),
    ...fault(/^1 objects are still to be deleted in s3:\/\/gone,/, /POSTROOM_FILES_FORMER/),
  ]);
  await sql('delete from blob; delete from object_removal');
  await s3.close();
});

test('names a clock of Postgres that is wrong', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 60_000 });
  expect(await faults()).toEqual(
    fault(/^The clock of Postgres is (59|60) s ahead of this machine/, /timedatectl/),
  );
  vi.setSystemTime(Date.now() + 120_000);
  expect(await faults()).toEqual(
    fault(/^The clock of Postgres is (59|60|61) s behind this machine/, /timedatectl/),
  );
  vi.useRealTimers();
});

test('names a disk that is almost full', async () => {
  vi.mocked(statfs).mockResolvedValueOnce({ bavail: 100, bsize: 4_096 } as never);
  expect(await faults()).toEqual(
    fault(/^Only 0 GB are free on the disk of .*, which holds the database\.$/, /du -xh/),
  );
});

test('names a database user that lacks a right', async () => {
  const user = `reader_${process.pid}`;
  await sql(`create role ${user} login`);
  const { connection } = fixture.needs.deployment;
  const opener = async () => ({ connection: { ...connection, user }, close: async () => {} });
  expect(await faults({}, opener)).toEqual([
    ...fault(/^The database user reader_\d+ may not act as postroom_app/, /grant postroom_app to "reader_/),
    ...fault(/^The database user reader_\d+ may not create tables/, /create on schema "public" to "reader_/),
    ...fault(/^The database user reader_\d+ may not create the schema of the queue/, /on database "test_/),
  ]);
  await sql(`drop role ${user}`);
});

test('says that a restored copy is paused, and asks Google for nothing then', async () => {
  await sql('insert into pause (backup_at) values (now())');
  const requests = watchOutgoingRequests(fixture.google.url);
  expect(await faults()).toEqual(fault(/paused: nothing is read or sent/, /npm run postroom -- resume/));
  expect(requests.sent).toEqual([]);
  requests.stop();
  await sql('delete from pause');
});

test('names a provider that does not answer, and an organization that requires one that is not configured', async () => {
  const oidc = {
    ...{ id: 'oidc' as const, name: 'Acme SSO', callbackPath: '/oauth/oidc/callback', endpoints: null },
    ...{ clientId: 'postroom', clientSecret: 'secret', trustsEmail: false, workspaceOnly: false },
    issuer: fixture.google.url,
  };
  expect(await faults({ signInProviders: [oidc] })).toEqual([]);
  expect(await faults({ signInProviders: [{ ...oidc, issuer: 'http://127.0.0.1:1' }] })).toEqual(
    fault(
      /^Nobody can sign in with Acme SSO, at http:\/\/127\.0\.0\.1:1: /,
      /^Read what it publishes: curl /,
    ),
  );
  await sql(`insert into instance_setting (instance_id, required_sign_in) select id, 'oidc' from instance
    on conflict (instance_id) do update set required_sign_in = 'oidc'`);
  expect(await faults({ signInProviders: [] })).toEqual(
    fault(/^The organization .+ requires the provider of OIDC_ISSUER/, /admin allow-passwords .+$/),
  );
  await sql('update instance_setting set required_sign_in = null');
});
