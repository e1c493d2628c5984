import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { FaultKind } from '../../../google-simulator/src/faults.ts';
import { backoff } from '../backoff.ts';
import { openLocks } from '../database/session-locks.ts';
import { createQuota } from '../google/quota.ts';
import { openParser, type Parser } from '../inbound/parser.ts';
import { nextPollDelay } from '../inbound/poll-interval.ts';
import { syncMailbox } from '../inbound/sync-mailbox.ts';
import { simulatorControls } from '../testing/gmail-mailbox.ts';
import { createMailFlowFixture } from '../testing/mail-flow-fixture.ts';
import { openGmailAccess } from './gmail-access.ts';

type Fixture = Awaited<ReturnType<typeof createMailFlowFixture>>;
let fixture: Fixture;
let world: ReturnType<typeof simulatorControls>;
let parser: Parser;
let count = 0;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
  world = simulatorControls(fixture.google);
  parser = openParser();
});
afterAll(async () => {
  await parser.close();
  await fixture.close();
});
beforeEach(() => {
  count += 1;
  fixture.arrive({ Subject: `Through trouble ${count}` });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world.clear();
});

const at = () => ({ instanceId: fixture.instanceId, mailboxId: fixture.mailboxId });
const { signal } = new AbortController();
type Needs = Parameters<typeof openGmailAccess>[0];

/** A look at the mailbox by a process of its own: nothing is remembered from another's failures. */
async function look(other: Partial<Needs> = {}) {
  const { needs: deps } = fixture;
  const gmail = openGmailAccess({ ...deps, quota: createQuota(), ...other });
  await fixture.read((tx) => tx.sql.updateTable('mailbox').set({ syncNotBefore: null }).execute());
  await syncMailbox({ ...deps, ...other, gmail, parser }, at(), signal);
  return fixture.read((tx) =>
    tx.sql
      .selectFrom('mailbox')
      .select(['disconnectedCode', 'syncFailures', 'syncNotBefore'])
      .executeTakeFirstOrThrow(),
  );
}
const arrived = () =>
  fixture.read((tx) =>
    tx.sql.selectFrom('message').where('subject', '=', `Through trouble ${count}`).select('id').execute(),
  );
/** Every time-out is over in no time. */
const hurry = () => {
  const real = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => real(200));
};
/** The access token has run out, so that the next call asks for another. */
const tokenRanOut = () =>
  fixture.needs.deployment.pool.query(
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
  const told = await fixture.read((tx) => tx.sql.selectFrom('notification').select('id').execute());
  expect(told).toEqual([]);
}

const trouble: FaultKind[] = [
  '500',
  '502',
  '503',
  '504',
  'connection-reset',
  'lost-response',
  'captive-portal',
  'captive-portal-401',
];
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
  const { google } = fixture.needs;
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
  const others = openLocks(fixture.needs.deployment.connection);
  const { database, sealer, google } = fixture.needs;
  const gmail = openGmailAccess({ database, sealer, google, quota: createQuota(), locks: others });
  await world.fault('token', 'connection-reset', 1);
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
  for (const notificationsReliable of [true, false]) {
    const quiet = {
      now,
      foundMessages: false,
      lastActivityAt: now - 30 * 24 * 3_600_000,
      notificationsReliable,
      notifiedAt: null,
    };
    expect(nextPollDelay(quiet)).toBeLessThanOrEqual(60_000);
  }
  for (const failures of [0, 1, 5, 100]) expect(backoff(failures, null, 1)).toBeLessThanOrEqual(64_000);
});
