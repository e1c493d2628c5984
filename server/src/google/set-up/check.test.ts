import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultClient, saveClient } from '../../../../google-simulator/src/clients.ts';
import { translateProblem } from '../../locales/translate.ts';
import { startSimulatedGoogle } from '../../testing/simulated-google.ts';
import { type GoogleClientConfig, googleAddresses } from '../config.ts';
import { openPubSub, setUpChannel } from '../pubsub.ts';
import { checkSetUp, type SetUp } from './check.ts';
import { checkUrl } from './check-client.ts';
import type { SetUpCheck } from './set-up-check.ts';

const text = (check: SetUpCheck | undefined) => translateProblem('en', check!, 'googleChecks');

let google: Awaited<ReturnType<typeof startSimulatedGoogle>>;
beforeAll(async () => {
  google = await startSimulatedGoogle();
});
afterAll(() => google.stop());

const url = 'http://localhost:4400';
const nothingSeen = { connected: false, notified: false, securityEvent: false };
const look = async (change: Partial<SetUp> = {}) => {
  const { addresses } = google.config;
  const base = { google: google.config, addresses, url, redirectUri: `${url}/oauth/google/callback` };
  const checks = await checkSetUp({ ...base, notifications: null, evidence: nothingSeen, ...change });
  return Object.fromEntries(checks.map((one) => [one.id, one]));
};
const states = (checks: Awaited<ReturnType<typeof look>>) =>
  Object.fromEntries(Object.entries(checks).map(([id, { state }]) => [id, state]));
const channel = (name: string) => ({
  topic: `projects/p/topics/${name}`,
  subscription: `projects/p/subscriptions/${name}-postroom`,
});
const pubsub = () => openPubSub(google.config.addresses.pubsubRoot);
const put = (path: string, body: object) => pubsub().request({ method: 'PUT', path, body }, (data) => data);

test('with the simulator everything is ok or cannot be checked', async () => {
  const made = channel('whole');
  await setUpChannel(pubsub(), made, null);
  const checks = await look({ notifications: { channel: made, push: null } });
  expect(states(checks)).toEqual({
    'gmail-api': 'unknown',
    url: 'ok',
    client: 'ok',
    reach: 'ok',
    redirect: 'unknown',
    scopes: 'unknown',
    audience: 'unknown',
    topic: 'ok',
    publisher: 'ok',
    subscription: 'ok',
    push: 'ok',
    notifications: 'unknown',
    'security-events': 'not-configured',
  });
  const seen = await look({
    notifications: { channel: made, push: null },
    evidence: { connected: true, notified: true, securityEvent: true },
  });
  expect(states(seen)).toMatchObject({
    redirect: 'ok',
    scopes: 'ok',
    notifications: 'ok',
    'security-events': 'ok',
  });
});

test('with nothing configured it lists what is missing and where to set it', async () => {
  // Programs get no port this low, so nothing listens there.
  const silent = 'http://127.0.0.1:2';
  const nowhere = { ...google.config, addresses: everywhere(silent) };
  const evidence = { connected: true, notified: true, securityEvent: true };
  const checks = await look({ google: null, evidence });
  expect(states(checks)).toEqual({
    'gmail-api': 'unknown',
    url: 'ok',
    client: 'missing',
    reach: 'ok',
    redirect: 'missing',
    scopes: 'unknown',
    audience: 'unknown',
    topic: 'not-configured',
    'security-events': 'not-configured',
  });
  expect(text(checks.client).detail).toMatch(/set both in Postroom’s environment or its .env file/);
  expect(text(checks.redirect).detail).toContain(`${url}/oauth/google/callback`);
  const unreached = await look({ google: nowhere, addresses: nowhere.addresses });
  expect(states(unreached)).toMatchObject({ client: 'unknown', reach: 'wrong' });
  expect(text(unreached.reach).title).toBe(`This machine does not reach ${new URL(silent).host}.`);
});

test('a wrong client, secret or redirect URI is recognised', async () => {
  const wrongSecret = await look({ google: { ...google.config, clientSecret: 'another' } });
  expect(wrongSecret.client).toMatchObject({ state: 'wrong', code: 'client-refused' });
  expect(text(wrongSecret.client).detail).toContain('Copy');
  const unknown = await look({ google: { ...google.config, clientId: 'nobody' } });
  expect(unknown.client!.state).toBe('wrong');
  const own = { clientId: 'own', secret: 'own-secret', redirectUris: ['https://desk.acme.com/elsewhere'] };
  saveClient(google.simulator.store, { ...defaultClient, ...own });
  const elsewhere = await look({
    google: { ...google.config, clientId: 'own', clientSecret: 'own-secret' },
    url: 'https://desk.acme.com',
    redirectUri: 'https://desk.acme.com/oauth/google/callback',
  });
  expect(elsewhere).toMatchObject({ url: { state: 'ok' }, client: { state: 'ok' } });
  expect(elsewhere.redirect).toMatchObject({ state: 'wrong' });
  expect(text(elsewhere.redirect).detail).toContain('https://desk.acme.com/oauth/google/callback');
});

test('for Google, a malformed client ID or secret needs no request', async () => {
  const real = (change: Partial<GoogleClientConfig>): GoogleClientConfig => ({
    clientId: '123456789012-abc.apps.googleusercontent.com',
    clientSecret: 'GOCSPX-0123456789abcdefghij',
    // Only the token endpoint is Google's, and it gets no request.
    addresses: { ...google.config.addresses, token: googleAddresses.token },
    ...change,
  });
  const id = await look({ google: real({ clientId: 'GOCSPX-0123456789abcdefghij' }) });
  expect(text(id.client).title).toMatch(/GOOGLE_CLIENT_ID is not the ID/);
  const secret = await look({ google: real({ clientSecret: 'two words, perhaps' }) });
  expect(text(secret.client).title).toMatch(/GOOGLE_CLIENT_SECRET is not the secret/);
});

test.each([
  ['https://desk.acme.com', 'ok'],
  ['http://localhost:4400', 'ok'],
  ['http://127.0.0.1:4400', 'ok'],
  ['http://desk.acme.com', 'wrong'],
  ['https://192.0.2.7', 'wrong'],
])('POSTROOM_URL %s is %s', (at, state) => {
  expect(checkUrl(at).state).toBe(state);
});

test('topic, permission and subscription are checked one by one', async () => {
  const gone = channel('gone');
  const none = await look({ notifications: { channel: gone, push: null } });
  expect(none.topic).toMatchObject({ state: 'missing' });
  expect(text(none.topic).detail).toBe('Run: gcloud pubsub topics create gone --project=p');
  expect(none.publisher).toBeUndefined();
  expect(none.subscription).toMatchObject({ state: 'missing' });

  const bare = channel('bare');
  await put(bare.topic, {});
  const alone = await look({ notifications: { channel: bare, push: null } });
  expect(states(alone)).toMatchObject({ topic: 'ok', publisher: 'missing', subscription: 'missing' });
  expect(text(alone.publisher).detail).toMatch(
    /^Run: gcloud pubsub topics add-iam-policy-binding bare --project=p/,
  );

  const other = channel('other');
  await put(other.topic, {});
  await put(bare.subscription, { topic: other.topic });
  const crossed = await look({ notifications: { channel: bare, push: null } });
  expect(crossed.subscription).toMatchObject({ state: 'wrong' });
});

test('push or pull of the subscription is compared with the settings', async () => {
  const account = 'push@p.iam.gserviceaccount.com';
  const target = { endpoint: 'http://localhost:4400/google/notifications', serviceAccount: account };
  const pulled = channel('pulled');
  await setUpChannel(pubsub(), pulled, null);
  const pushed = channel('pushed');
  await setUpChannel(pubsub(), pushed, target);
  const of = async (at: ReturnType<typeof channel>, push: typeof target | null) =>
    (await look({ notifications: { channel: at, push } })).push!;
  expect((await of(pushed, target)).state).toBe('ok');
  const waiting = await of(pulled, target);
  expect(waiting.state).toBe('wrong');
  expect(text(waiting)).toEqual({
    title: 'The subscription waits to be pulled, but Postroom is set to be pushed to.',
    detail: expect.stringContaining(`--push-endpoint=${target.endpoint}`),
  });
  expect(await of(pushed, null)).toMatchObject({ state: 'wrong' });
  const otherAccount = await of(pushed, { ...target, serviceAccount: 'else@p.iam.gserviceaccount.com' });
  expect(otherAccount.state).toBe('wrong');
  expect(text(otherAccount).title).toContain(`signed as ${account}`);
  const withoutTls = await of(pushed, { ...target, endpoint: 'http://desk.acme.com/google/notifications' });
  expect(withoutTls.state).toBe('wrong');
  expect(text(withoutTls).title).toContain('only to https');
});

function everywhere(at: string): GoogleClientConfig['addresses'] {
  return Object.fromEntries(
    Object.keys(googleAddresses).map((name) => [name, `${at}/`]),
  ) as GoogleClientConfig['addresses'];
}
