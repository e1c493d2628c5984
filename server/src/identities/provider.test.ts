import { afterAll, beforeAll, expect, test } from 'vitest';
import { setAccount } from '../../../google-simulator/src/accounts.ts';
import { createProviderFixture } from '../testing/provider-fixture.ts';
import { checkDiscovery, openProvider } from './provider.ts';

let fixture: Awaited<ReturnType<typeof createProviderFixture>>;
beforeAll(async () => {
  fixture = await createProviderFixture(['oidc']);
});
afterAll(() => fixture?.close());

const config = () => ({
  ...{ id: 'oidc' as const, name: 'Acme SSO', callbackPath: '/oauth/oidc/callback', endpoints: null },
  issuer: fixture.google.url,
  clientId: fixture.needs.google.clientId,
  clientSecret: fixture.needs.google.clientSecret,
  trustsEmail: false,
  workspaceOnly: false,
});

test('another provider is discovered at its issuer; people link it and sign in', async () => {
  const { instanceId } = await fixture.admin();
  expect((await fixture.browser().call('GET', '/api/sign-in')).body).toEqual({
    providers: [{ id: 'oidc', name: 'Acme SSO' }],
    withoutUsers: false,
  });
  const { email } = await fixture.linkedMember(instanceId);
  const own = fixture.browser();
  expect((await fixture.signInAs(own, email)).status).toBe(303);
  expect(await own.me()).toBe(email);
  // `hd` means something at Google only.
  const { rows } = await fixture.sql('select provider, hosted_domain from sign_in_identity');
  expect(rows).toEqual([{ provider: 'oidc', hosted_domain: null }]);
});

test('the callback of one provider does not finish a sign-in at another', async () => {
  const { instanceId } = await fixture.admin();
  const { email } = await fixture.linkedMember(instanceId);
  const own = fixture.browser();
  const { url } = (await own.call('POST', '/api/sign-in/oidc', {})).body;
  const query = (await fixture.google.signIn(url, { as: email })) as Record<string, string>;
  const answer = await own.call('GET', `/oauth/google/callback?${new URLSearchParams(query)}`);
  expect(answer.status).toBe(404);
  expect(await own.me()).toBeNull();
});

test('the same sub at another issuer is somebody else', async () => {
  const { instanceId } = await fixture.admin();
  const { email } = await fixture.linkedMember(instanceId);
  await fixture.sql(`update sign_in_identity set issuer = 'https://elsewhere.example'`);
  expect((await fixture.signInAs(fixture.browser(), email)).status).toBe(403);
});

test('a provider that does not say whether it verified an address may be trusted', async () => {
  const email = fixture.account();
  const { store, clock } = fixture.google.simulator;
  setAccount(store, clock, email, { emailVerified: false });
  for (const trustsEmail of [false, true]) {
    const provider = openProvider({ ...config(), trustsEmail }, fixture.needs.url);
    const secrets = { state: 's'.repeat(43), nonce: 'n'.repeat(43), codeVerifier: 'v'.repeat(43) };
    const url = await provider.authorizationUrl(secrets);
    const query = (await fixture.google.signIn(url, { as: email })) as Record<string, string>;
    const account = await provider.accountOf(new URLSearchParams(query), secrets);
    expect(account).toMatchObject({ email, emailVerified: trustsEmail });
  }
});

test('an issuer that is away, or publishes another one, is a fault', async () => {
  await expect(checkDiscovery(config())).resolves.toBeUndefined();
  await expect(checkDiscovery({ ...config(), issuer: 'http://127.0.0.1:1' })).rejects.toThrow();
  const issuer = fixture.google.url.replace('127.0.0.1', 'localhost');
  await expect(checkDiscovery({ ...config(), issuer })).rejects.toThrow();
  const away = openProvider({ ...config(), issuer: 'http://127.0.0.1:1' }, fixture.needs.url);
  const secrets = { state: 's', nonce: 'n', codeVerifier: 'v'.repeat(43) };
  await expect(away.authorizationUrl(secrets)).rejects.toMatchObject({ problem: { code: 'provider-away' } });
});
