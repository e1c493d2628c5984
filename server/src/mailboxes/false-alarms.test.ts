import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { FaultKind } from '../../../google-simulator/src/faults.ts';
import { openLocks } from '../database/locks.ts';
import { createQuota } from '../google/quota.ts';
import { backoff, nextLook } from '../inbound/pace.ts';
import { openParser, type Parser } from '../inbound/parser.ts';
import { syncMailbox } from '../inbound/sync.ts';
import { controls } from '../testing/gmail.ts';
import { streetsBench } from '../testing/streets.ts';
import { openGmailAccess } from './gmail-access.ts';

type Bench = Awaited<ReturnType<typeof streetsBench>>;
let bench: Bench;
let world: ReturnType<typeof controls>;
let parser: Parser;
let count = 0;
beforeAll(async () => {
  bench = await streetsBench();
  world = controls(bench.google);
  parser = openParser();
});
afterAll(async () => {
  await parser.close();
  await bench.close();
});
beforeEach(() => {
  count += 1;
  bench.arrive({ Subject: `Through trouble ${count}` });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world.clear();
});

const at = () => ({ instanceId: bench.instanceId, mailboxId: bench.mailboxId });
const { signal } = new AbortController();
type Needs = Parameters<typeof openGmailAccess>[0];

/** A look at the mailbox by a process of its own: nothing is remembered from another's failures. */
async function look(other: Partial<Needs> = {}) {
  const { needs } = bench;
  const gmail = openGmailAccess({ ...needs, quota: createQuota(), ...other });
  await bench.read((tx) => tx.sql.updateTable('mailbox').set({ syncNotBefore: null }).execute());
  await syncMailbox({ ...needs, ...other, gmail, parser }, at(), signal);
  return bench.read((tx) =>
    tx.sql
      .selectFrom('mailbox')
      .select(['disconnectedCode', 'syncFailures', 'syncNotBefore'])
      .executeTakeFirstOrThrow(),
  );
}
const arrived = () =>
  bench.read((tx) =>
    tx.sql.selectFrom('message').where('subject', '=', `Through trouble ${count}`).select('id').execute(),
  );
/** Every time-out is over in no time. */
const hurry = () => {
  const real = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => real(200));
};
/** The access token has run out, so that the next call asks for another. */
const tokenRanOut = () =>
  bench.needs.deployment.pool.query(
    `update mailbox_grant set access_token_expires_at = now() - interval '1 minute'`,
  );

/** The trouble is no disconnection while it lasts, and reading goes on when it is over. */
async function passes(other: Partial<Needs> = {}) {
  const during = await look(other);
  expect(during).toMatchObject({ disconnectedCode: null, syncFailures: 1 });
  expect(during.syncNotBefore!.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(await arrived()).toEqual([]);
  await world.clear();
  vi.restoreAllMocks();
  expect(await look()).toEqual({ disconnectedCode: null, syncFailures: 0, syncNotBefore: null });
  expect((await arrived()).length).toBe(1);
  const told = await bench.read((tx) => tx.sql.selectFrom('notification').select('id').execute());
  expect(told).toEqual([]);
}

const trouble: FaultKind[] = ['500', '502', '503', '504', 'cut', 'lost-response', 'portal', 'portal-401'];
const ofGmail: FaultKind[] = [
  ...trouble,
  'rate-limit',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'dailyLimitExceeded',
];

test.each(ofGmail)('%s when asking for history is no disconnection', async (kind) => {
  await world.fault('history.list', kind, null);
  await passes();
});

test.each(ofGmail)('%s when fetching a message is no disconnection', async (kind) => {
  await world.fault('messages.get', kind, null);
  await passes();
});

test.each(trouble)('%s when the access token is renewed is no disconnection', async (kind) => {
  await tokenRanOut();
  await world.fault('token', kind, null);
  await passes();
});

test.each(['history.list', 'token'])('a time-out of %s is no disconnection', async (method) => {
  if (method === 'token') await tokenRanOut();
  await world.fault(method, 'hang', null);
  hurry();
  await passes();
});

test('names that do not resolve and ports that are closed are no disconnection', async () => {
  const { google } = bench.needs;
  for (const nowhere of ['http://nowhere.invalid/', 'http://127.0.0.1:1/']) {
    const addresses = { ...google.addresses, gmailRoot: nowhere };
    expect(await look({ google: { ...google, addresses } })).toMatchObject({ disconnectedCode: null });
  }
  await tokenRanOut();
  const addresses = { ...google.addresses, token: 'http://nowhere.invalid/token' };
  expect(await look({ google: { ...google, addresses } })).toMatchObject({ disconnectedCode: null });
  expect(await look()).toMatchObject({ disconnectedCode: null, syncFailures: 0 });
  expect((await arrived()).length).toBe(1);
});

test('one 401 is no disconnection: the message comes with the same look', async () => {
  await world.fault('history.list', 'unauthorized', 1);
  await world.fault('messages.get', 'unauthorized', 1);
  expect(await look()).toEqual({ disconnectedCode: null, syncFailures: 0, syncNotBefore: null });
  expect((await arrived()).length).toBe(1);
});

test('a refresh that fails while another process refreshes is no disconnection', async () => {
  await tokenRanOut();
  const others = openLocks(bench.needs.deployment.connection);
  const { database, sealer, google } = bench.needs;
  const gmail = openGmailAccess({ database, sealer, google, quota: createQuota(), locks: others });
  await world.fault('token', 'cut', 1);
  // Both want a token at once: whoever asks first is cut off, the other gets one.
  const [mine, theirs] = await Promise.all([
    look(),
    gmail(at(), { priority: 'live' }).request({ call: 'gmail', units: 1 }, (api, options) =>
      api.users.getProfile({ userId: 'me' }, options),
    ),
  ]);
  await others.close();
  expect(mine.disconnectedCode).toBeNull();
  expect(['ok', 'retry']).toContain(theirs.kind);
  expect(await look()).toMatchObject({ disconnectedCode: null, syncFailures: 0 });
  expect((await arrived()).length).toBe(1);
});

test('a sign of disconnection is looked for within a minute, however quiet the mailbox', () => {
  const now = Date.now();
  for (const hears of [true, false]) {
    const quiet = { now, news: false, lastNewsAt: now - 30 * 24 * 3_600_000, hears, heardAt: null };
    expect(nextLook(quiet)).toBeLessThanOrEqual(60_000);
  }
  for (const failures of [0, 1, 5, 100]) expect(backoff(failures, null, 1)).toBeLessThanOrEqual(64_000);
});
