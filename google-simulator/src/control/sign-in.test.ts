import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorizationUrl, googleClient, signIn, startForTest } from '../testing.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  google = await startForTest();
});
afterAll(() => google.end());

const control = async (path: string, body: object): Promise<[number, unknown]> => {
  const response = await fetch(`${google.url}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return [response.status, await response.json()];
};

test('accounts are added and listed, and an address is taken once', async () => {
  const added = { email: 'Mia@shop.example', name: 'Mia', workspace: true };
  expect(await control('/accounts/add', added)).toMatchObject([
    200,
    { email: 'mia@shop.example', hd: 'shop.example' },
  ]);
  expect((await control('/accounts/add', added))[0]).toBe(409);
  const listed = await (await fetch(`${google.url}/control/accounts`)).text();
  expect(listed).toContain('"email":"mia@shop.example"');
});

test('a grant ends by removal, by a changed password, and after seven days in Testing', async () => {
  const email = 'sales@acme.example';
  const removed = await signIn(google.url, email);
  expect(await control('/revoke', { email })).toEqual([200, { removed: ['Postroom'] }]);
  await expect(removed.client.refreshAccessToken()).rejects.toThrow('invalid_grant');

  const changed = await signIn(google.url, email);
  await control('/password', { email });
  await expect(changed.client.refreshAccessToken()).rejects.toThrow('invalid_grant');

  expect(await control('/clients', { testing: true })).toMatchObject([
    200,
    { testing: true, name: 'Postroom' },
  ]);
  const testing = await signIn(google.url, email);
  await control('/clock', { advanceMs: 8 * 86_400_000 });
  await expect(testing.client.refreshAccessToken()).rejects.toThrow('invalid_grant');
  expect((await control('/password', { email: 'nobody@acme.example' }))[0]).toBe(404);
});

test('a lost response to revoke has revoked; a cut token call has not', async () => {
  const email = 'billing@acme.example';
  const { client, tokens } = await signIn(google.url, email);
  const refresh = (): Promise<Response> =>
    fetch(`${google.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token!,
        client_id: client._clientId!,
        client_secret: client._clientSecret!,
      }),
    });
  await control('/faults', { kind: 'connection-reset', method: 'token' });
  await expect(refresh()).rejects.toThrow('fetch failed');
  await control('/faults', { kind: '503', method: 'token' });
  expect((await refresh()).status).toBe(503);
  await control('/faults', { kind: 'lost-response', method: 'token' });
  await expect(refresh()).rejects.toThrow('fetch failed');
  expect((await refresh()).status).toBe(200);
  await control('/faults', { kind: 'lost-response', method: 'revoke' });
  const revoke = fetch(`${google.url}/revoke?token=${tokens.refresh_token}`, { method: 'POST' });
  await expect(revoke).rejects.toThrow('fetch failed');
  expect(await (await refresh()).json()).toMatchObject({ error: 'invalid_grant' });
});

test('requests from pages of other origins are rejected', async () => {
  const response = await fetch(`${google.url}/connections/password`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ account: 'sales@acme.example' }),
  });
  expect(response.status).toBe(403);
});

test('in Testing only test users sign in; an account signs in as its alias', async () => {
  const blocked = async (email: string) => {
    const { url } = authorizationUrl(googleClient(google.url));
    const account = `${google.url}/o/oauth2/v2/auth/account?${new URLSearchParams({ request: new URL(url).search.slice(1), account: email })}`;
    return (await (await fetch(account)).text()).includes('developer-approved testers');
  };
  await control('/clients', { testing: true, testUsers: ['support@acme.example'] });
  expect(await blocked('support@acme.example')).toBe(false);
  expect(await blocked('john@acme.example')).toBe(true);
  await control('/clients', { testing: false, testUsers: [] });
  expect(await blocked('john@acme.example')).toBe(false);

  await control('/accounts', { email: 'support@acme.example', signsInAs: 'help@acme.example' });
  const { tokens } = await signIn(google.url, 'support@acme.example');
  expect(decodeJwt(tokens.id_token!).email).toBe('help@acme.example');
  await control('/accounts', { email: 'support@acme.example', signsInAs: null });
});
