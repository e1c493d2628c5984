import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn, startForTest } from '../testing.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  google = await startForTest();
});
afterAll(() => google.end());

const account = 'support@acme.example';
const look = async (): Promise<string> =>
  (await fetch(`${google.url}/connections?account=${account}`)).text();
const act = (action: string, project = ''): Promise<Response> =>
  fetch(`${google.url}/connections/${action}`, {
    method: 'POST',
    body: new URLSearchParams({ account, project }),
  });

test('the owner sees an app with its permissions, and removes it', async () => {
  expect(await look()).toContain('No app has access to this account.');
  const { client } = await signIn(google.url, account);
  const page = await look();
  expect(page).toContain('View your email messages and settings');
  expect(page).toContain('Remove access of Postroom');
  await act('remove', 'postroom-simulated');
  expect(await look()).toContain('No app has access to this account.');
  await expect(client.refreshAccessToken()).rejects.toThrow('invalid_grant');
});

test('a changed password and a disabled account end the access', async () => {
  const before = await signIn(google.url, account);
  expect(await (await act('password')).text()).toContain('The password was changed');
  await expect(before.client.refreshAccessToken()).rejects.toThrow('invalid_grant');
  const after = await signIn(google.url, account);
  expect(await (await act('disable')).text()).toContain('This account is disabled.');
  await expect(after.client.refreshAccessToken()).rejects.toThrow('invalid_grant');
  await act('enable');
  expect((await after.client.refreshAccessToken()).credentials.access_token).toBeTruthy();
});
