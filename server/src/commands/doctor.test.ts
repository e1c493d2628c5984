import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Config, readConfig } from '../config.ts';
import { openEmptyDatabase } from '../testing/database.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { watchOutgoingRequests } from '../testing/outgoing-requests.ts';
import { examine } from './doctor.ts';

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

test('says that a restored copy is paused, and asks Google for nothing then', async () => {
  await sql('insert into pause (backup_at) values (now())');
  const requests = watchOutgoingRequests(fixture.google.url);
  expect(await faults()).toEqual(fault(/paused: nothing is read or sent/, /npm run postroom -- resume/));
  expect(requests.sent).toEqual([]);
  requests.stop();
  await sql('delete from pause');
});
