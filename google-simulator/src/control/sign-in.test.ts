import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn, startForTest } from '../testing.ts';

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

test('a page elsewhere cannot make the browser change anything here', async () => {
  const response = await fetch(`${google.url}/connections/password`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ account: 'sales@acme.example' }),
  });
  expect(response.status).toBe(403);
});
