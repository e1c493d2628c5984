import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FaultKind } from '../../../google-simulator/src/faults.ts';
import { openMailbox, simulatorControls } from '../testing/gmail-mailbox.ts';
import { startSimulatedGoogle } from '../testing/simulated-google.ts';
import type { GoogleFailure } from './errors.ts';
import { findSent } from './find-sent.ts';
import type { Gmail } from './gmail.ts';
import { listMessages } from './messages.ts';
import { getProfile } from './profile.ts';
import { createQuota } from './quota.ts';
import { sendMessage } from './send.ts';

let google: Awaited<ReturnType<typeof startSimulatedGoogle>>;
let world: ReturnType<typeof simulatorControls>;
let support: Gmail;
beforeAll(async () => {
  google = await startSimulatedGoogle();
  world = simulatorControls(google);
  support = await openMailbox(google, 'support@acme.example');
});
afterAll(() => google.stop());
afterEach(() => world.clear());

const mail = (delivery: string) =>
  Buffer.from(
    `From: support@acme.example\r\nTo: ana.silva@mail.example\r\nSubject: x\r\nX-Postroom-Delivery: ${delivery}\r\n\r\nx`,
  );

test.each<[FaultKind, Partial<GoogleFailure>]>([
  ['rateLimitExceeded', { kind: 'rate-limited', after: null }],
  ['userRateLimitExceeded', { kind: 'rate-limited', after: null }],
  ['dailyLimitExceeded', { kind: 'rate-limited', after: 3_600_000 }],
  ['domainPolicy', { kind: 'disconnected', code: 'blocked-by-admin' }],
  ['insufficientPermissions', { kind: 'disconnected', code: 'scope-missing' }],
  ['mail-off', { kind: 'disconnected', code: 'gmail-disabled' }],
  ['not-found', { kind: 'not-found' }],
  ['500', { kind: 'retry', cause: 'google-busy', uncertain: true }],
  ['503', { kind: 'retry', cause: 'google-busy', uncertain: true }],
  ['connection-reset', { kind: 'retry', cause: 'connection-cut', uncertain: true }],
])('%s ends the call at once, with no retry of the library behind our back', async (kind, expected) => {
  const gmail = await openMailbox(google, 'support@acme.example', { quota: createQuota() });
  await world.fault('messages.list', kind, 5);
  expect(await listMessages(gmail, {})).toMatchObject(expected);
  expect(await world.faultsLeft()).toBe(4);
});

test('the retry delay is the one that Gmail asks for', async () => {
  await world.fault('messages.send', 'sending-limit', 1, 3_600);
  const limit = await sendMessage(support, { raw: mail('limit'), threadId: null });
  expect(limit).toEqual({ kind: 'sending-limit', after: expect.any(Number) });
  expect('after' in limit && limit.after).toBeGreaterThan(3_590_000);
  await world.fault('messages.list', 'rate-limit', 1, 30);
  const gmail = await openMailbox(google, 'support@acme.example', { quota: createQuota() });
  const rate = await listMessages(gmail, {});
  expect('after' in rate && rate.after).toBeGreaterThan(29_000);
});

test('a rate-limited mailbox makes no calls except sends for that time', async () => {
  const quota = createQuota();
  const stop = new AbortController();
  const sending = await openMailbox(google, 'sales@acme.example', { quota });
  const reading = await openMailbox(google, 'sales@acme.example', {
    quota,
    priority: 'live',
    signal: stop.signal,
  });
  await world.fault('messages.list', 'rate-limit', 1, 60);
  expect(await listMessages(reading, {})).toMatchObject({ kind: 'rate-limited' });
  const waiting = getProfile(reading);
  expect(await getProfile(sending)).toMatchObject({ kind: 'ok' });
  stop.abort();
  expect(await waiting).toMatchObject({ kind: 'retry', cause: 'stopped', uncertain: false });
});

test('after a 401 the token is refreshed once; a second 401 disconnects', async () => {
  await world.fault('getProfile', 'unauthorized', 1);
  expect(await getProfile(support)).toMatchObject({ kind: 'ok' });
  await world.fault('getProfile', 'unauthorized', 3);
  expect(await getProfile(support)).toEqual({ kind: 'disconnected', code: 'access-revoked' });
  expect(await world.faultsLeft()).toBe(1);
});

test('a declined scope fails the calls that need it', async () => {
  const reader = await openMailbox(google, 'john@acme.example', { untick: 'gmail.send' });
  expect(await getProfile(reader)).toMatchObject({ kind: 'ok' });
  const missing = { kind: 'disconnected', code: 'scope-missing' };
  expect(await sendMessage(reader, { raw: mail('unticked'), threadId: null })).toEqual(missing);
});

test('access removed at Google disconnects with the next call', async () => {
  const sales = await openMailbox(google, 'billing@acme.example');
  google.removeEveryAccess();
  expect(await getProfile(sales)).toEqual({ kind: 'disconnected', code: 'access-revoked' });
  support = await openMailbox(google, 'support@acme.example');
});

test('a lost response is uncertain; Sent shows whether it was sent', async () => {
  const since = new Date(Date.now() - 60_000);
  for (const [kind, sent] of [
    ['lost-response', true],
    ['connection-reset', false],
  ] as const) {
    await world.fault('messages.send', kind, 1);
    const answer = await sendMessage(support, { raw: mail(kind), threadId: null });
    expect(answer).toMatchObject({ kind: 'retry', uncertain: true });
    const found = await findSent(support, { deliveryId: kind, since });
    expect(found.kind === 'ok' && found.value !== null).toBe(sent);
  }
});

test('a call that hangs times out, and can be aborted before', async () => {
  await world.fault('getProfile', 'hang', null);
  const hang = (gmail: Gmail, timeout: number) =>
    gmail.request({ call: 'gmail', units: 1, timeout }, (api, options) =>
      api.users.getProfile({ userId: 'me' }, options),
    );
  expect(await hang(support, 100)).toEqual({
    kind: 'retry',
    after: null,
    cause: 'timed-out',
    uncertain: true,
  });
  const stop = new AbortController();
  const gmail = await openMailbox(google, 'support@acme.example', { signal: stop.signal });
  const stopped = hang(gmail, 60_000);
  setImmediate(() => stop.abort());
  expect(await stopped).toMatchObject({ kind: 'retry', cause: 'stopped' });
  expect(await getProfile(gmail)).toEqual({ kind: 'retry', after: null, cause: 'stopped', uncertain: false });
});

test('a mailbox without quota units is rate-limited', async () => {
  await world.quota(4);
  const john = await openMailbox(google, 'desk@other.example');
  expect(await listMessages(john, {})).toMatchObject({ kind: 'rate-limited' });
  await world.quota(6_000);
});
