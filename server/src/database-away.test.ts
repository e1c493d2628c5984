import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, createApp } from './app.ts';
import { readConfig } from './config.ts';
import { openTestDatabase } from './testing/database.ts';
import { openDatabaseRelay } from './testing/database-relay.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let relay: Awaited<ReturnType<typeof openDatabaseRelay>>;
let directory: string;
let app: App;
let headers: Record<string, string>;
let instancePath: string;

beforeAll(async () => {
  database = await openTestDatabase();
  relay = await openDatabaseRelay();
  directory = await mkdtemp(path.join(tmpdir(), 'postroom-away-'));
  const user = { email: 'root@acme.example', password: 'a password for the tests' };
  const config = await readConfig({
    POSTROOM_ROLE: 'web',
    POSTROOM_DATA_DIR: directory,
    POSTROOM_URL: 'http://postroom.example',
    PORT: '0',
    POSTROOM_METRICS_TOKEN: 'a token for the tests',
    POSTROOM_ADMIN_EMAIL: user.email,
    POSTROOM_ADMIN_PASSWORD: user.password,
  });
  app = await createApp(config, relay.through(database.connection), pino({ level: 'silent' }));
  const signedIn = await fetch(`${app.address}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: config.url },
    body: JSON.stringify(user),
  });
  headers = {
    cookie: signedIn.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  };
  const { instances } = (await (await get('/api/me')).json()) as { instances: Array<{ id: string }> };
  instancePath = `/api/instances/${instances[0]!.id}`;
});
afterAll(async () => {
  relay.restore();
  await app.stop();
  await relay.close();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (where: string) => fetch(`${app.address}${where}`, { headers });

/** How `/readyz` answers, within a second. */
async function readiness(): Promise<{ status: number; body: unknown }> {
  const began = performance.now();
  const answer = await get('/readyz');
  expect(performance.now() - began).toBeLessThan(1_000);
  return { status: answer.status, body: await answer.json() };
}
const ready = { status: 200, body: { status: 'ready' } };
const databaseAway = { status: 503, body: { status: 'not-ready', reason: 'database-away' } };

const metrics = async () =>
  (
    await fetch(`${app.address}/metrics`, { headers: { authorization: 'Bearer a token for the tests' } })
  ).text();

/** A response of 503 that says when to try again, within 5 seconds. */
async function expectAway(where: string) {
  const began = performance.now();
  const answer = await get(where);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await answer.json()).toMatchObject({ code: 'database-away' });
}

const untilBack = () => expect.poll(async () => (await get('/api/me')).status).toBe(200);

test('a Postgres that was stopped is answered with 503 until it is back', async () => {
  expect(await readiness()).toEqual(ready);
  relay.cut();
  expect(await readiness()).toEqual(databaseAway);
  expect((await get('/healthz')).status).toBe(200);
  await Promise.all([expectAway('/api/me'), expectAway(`${instancePath}/drafts`)]);
  await expectAway('/api/me');
  // A browser gets the page, which says what is wrong; a program is told that the server cannot work.
  const asBrowser = await fetch(`${app.address}/acme`, { headers: { accept: 'text/html' } });
  expect(asBrowser.status).not.toBe(503);
  // Once the heartbeat has noticed, which takes a second.
  await expect.poll(async () => (await get('/no-file-of-the-page')).status).toBe(503);
  for (const probe of ['/health', '/livez', '/ready', '/status', '/ping', '/-/healthy'])
    expect((await get(probe)).status).toBeGreaterThanOrEqual(400);
  expect(await metrics()).toMatch(/^postroom_database_up 0$/m);
  relay.restore();
  await untilBack();
  await expect.poll(readiness).toEqual(ready);
});

test('metrics need the token, and name no address or organization', async () => {
  expect((await get('/metrics')).status).toBe(401);
  await expect.poll(metrics).toMatch(/^postroom_database_up 1$/m);
  const text = await metrics();
  expect(text).toContain('postroom_mailboxes{state="connected"} 0');
  expect(text).toMatch(/postroom_http_requests_total{route="\/api\/me",method="GET",status="200"} \d/);
  expect(text).not.toMatch(/@|acme/);
});

test('a Postgres that hangs is answered with 503 until it answers again', async () => {
  relay.hang();
  expect(await readiness()).toEqual(databaseAway);
  await Promise.all([expectAway('/api/me'), expectAway(`${instancePath}/drafts`)]);
  await expectAway('/api/me');
  relay.restore();
  await untilBack();
});

test('a request that finds every connection in use is answered with 503', async () => {
  const holder = await database.deployment.pool.connect();
  await holder.query('begin; lock table draft in access exclusive mode');
  const held = Array.from({ length: 20 }, () => get(`${instancePath}/drafts`));
  await expect
    .poll(async () => {
      const { rows } = await holder.query(
        `select count(*)::int as waiting from pg_locks where not granted and relation = 'draft'::regclass`,
      );
      return rows[0].waiting;
    })
    .toBe(20);
  await Promise.all([expectAway('/api/me'), expectAway(`${instancePath}/drafts`)]);
  await holder.query('rollback');
  holder.release();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual(Array(20).fill(200));
});
