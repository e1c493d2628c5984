import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { FaultKind } from '../../../google-simulator/src/faults.ts';
import { backoff } from '../backoff.ts';
import { openLocks } from '../database/session-locks.ts';
import { createQuota } from '../google/quota.ts';
import { openParser, type Parser } from '../inbound/parse/parser.ts';
import { nextPollDelay } from '../inbound/sync/poll-interval.ts';
import { syncMailbox } from '../inbound/sync/sync-mailbox.ts';
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

/** Syncs the mailbox in a new process, which remembers no earlier failures. */
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
/** Shortens every time-out. */
const hurry = () => {
  const real = AbortSignal.timeout.bind(AbortSignal);
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => real(200));
};
/** Expires the access token, so that the next call asks for a new one. */
const tokenRanOut = () =>
  fixture.needs.deployment.pool.query(
    `update mailbox_grant set access_token_expires_at = now() - interval '1 minute'`,
  );

/** The fault does not disconnect the mailbox, and receiving continues when it is over. */
async function passes(other: Partial<Needs> = {}) {
  const during = await look(other);
  expect(during).toMatchObject({ disconnectedCode: null, syncFailures: 1 });
  expect(during.syncNotBefore!.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(await arrived()).toEqual([]);
  await world.clear();
  vi.restoreAllMocks();
  expect(await look()).toEqual({ disconnectedCode: null, syncFailures: 0, syncNotBefore: null });
  expect((await arrived()).length).toBe(1);
  const notifications = await fixture.read((tx) => tx.sql.selectFrom('notification').select('id').execute());
  expect(notifications).toEqual([]);
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

test.each(ofGmail)('%s of history.list does not disconnect', async (kind) => {
  await world.fault('history.list', kind, null);
  await passes();
});

test.each(ofGmail)('%s of messages.get does not disconnect', async (kind) => {
  await world.fault('messages.get', kind, null);
  await passes();
});

test.each(trouble)('%s of the token endpoint does not disconnect', async (kind) => {
  await tokenRanOut();
  await world.fault('token', kind, null);
  await passes();
});

test.each(['history.list', 'token'])('a time-out of %s does not disconnect', async (method) => {
  if (method === 'token') await tokenRanOut();
  await world.fault(method, 'hang', null);
  hurry();
  await passes();
});

test('unresolved names and closed ports do not disconnect', async () => {
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

test('the 401 of a proxy does not count as the first of two', async () => {
  await world.fault('history.list', 'captive-portal-401', 1);
  await world.fault('history.list', 'unauthorized', 1);
  expect(await look()).toMatchObject({ disconnectedCode: null });
  expect(await look()).toMatchObject({ disconnectedCode: null, syncFailures: 0 });
  expect((await arrived()).length).toBe(1);
});

test('one 401 does not disconnect: the same sync stores the message', async () => {
  await world.fault('history.list', 'unauthorized', 1);
  await world.fault('messages.get', 'unauthorized', 1);
  expect(await look()).toEqual({ disconnectedCode: null, syncFailures: 0, syncNotBefore: null });
  expect((await arrived()).length).toBe(1);
});

test('a failed refresh while another process refreshes does not disconnect', async () => {
  await tokenRanOut();
  const others = openLocks(fixture.needs.deployment.connection);
  const { database, sealer, google } = fixture.needs;
  const gmail = openGmailAccess({ database, sealer, google, quota: createQuota(), locks: others });
  await world.fault('token', 'connection-reset', 1);
  // Both need a token at once: the first request is cut off, the other gets one.
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

test('a quiet mailbox is synced within a minute, so a lost access is found', () => {
  const now = Date.now();
  for (const notificationsReliable of [true, false]) {
    const quiet = {
      now,
      foundMessages: false,
      lastActivityAt: now - 30 * 24 * 3_600_000,
      notificationsReliable,
      notifiedAt: null,
      mailboxes: 1_000,
    };
    expect(nextPollDelay(quiet)).toBeLessThanOrEqual(60_000);
  }
  for (const failures of [0, 1, 5, 100]) expect(backoff(failures, null, 1)).toBeLessThanOrEqual(64_000);
});
