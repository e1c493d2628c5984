import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAccount, setAccount, setDomain } from '../accounts.ts';
import { defaultClient, saveClient } from '../clients.ts';
import { authenticate } from '../grants.ts';
import { changePassword } from '../revocation.ts';
import {
  answerConsent,
  authorizationUrl,
  googleClient,
  mailScopes,
  signIn,
  startForTest,
  testRedirect,
} from '../testing.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
const day = 86_400_000;
beforeAll(async () => {
  google = await startForTest();
});
afterAll(() => google.end());

const why = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error) => error.response?.data,
  );
const revoked = { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' };

describe('authorization', () => {
  test('returns tokens and a valid id_token, with hd for Workspace only', async () => {
    const { client, tokens } = await signIn(google.url, 'support@acme.example', { nonce: 'n-1' });
    expect(tokens.refresh_token).toMatch(/^1\/\//);
    expect(new Set(tokens.scope?.split(' '))).toEqual(
      new Set(['openid', 'https://www.googleapis.com/auth/userinfo.email', ...mailScopes]),
    );
    const ticket = await client.verifyIdToken({
      idToken: tokens.id_token!,
      audience: defaultClient.clientId,
    });
    expect(ticket.getPayload()).toMatchObject({
      iss: google.url,
      hd: 'acme.example',
      email: 'support@acme.example',
      email_verified: true,
      nonce: 'n-1',
      sub: expect.stringMatching(/^1\d{20}$/),
    });
    const consumer = await signIn(google.url, 'ana.silva@mail.example');
    const other = await client.verifyIdToken({
      idToken: consumer.tokens.id_token!,
      audience: defaultClient.clientId,
    });
    expect(other.getPayload()).not.toHaveProperty('hd');
    expect(other.getPayload()?.name).toBeUndefined();
  });

  test('returns the name with the scope profile', async () => {
    const { client, tokens } = await signIn(google.url, 'john@acme.example', {
      scope: 'openid email profile',
    });
    const ticket = await client.verifyIdToken({
      idToken: tokens.id_token!,
      audience: defaultClient.clientId,
    });
    expect(ticket.getPayload()?.name).toBe('John Carter');
  });

  test('echoes state; a code works once, with its verifier, for its redirect address', async () => {
    const client = googleClient(google.url);
    const { url, verifier } = authorizationUrl(client, { state: 'é &=?' });
    const back = await answerConsent(url, 'sales@acme.example');
    expect(back.searchParams.get('state')).toBe('é &=?');
    expect(back.searchParams.get('hd')).toBe('acme.example');
    const code = back.searchParams.get('code')!;
    expect(
      await why(client.getToken({ code, codeVerifier: verifier, redirect_uri: 'http://localhost:1/x' })),
    ).toEqual({
      error: 'redirect_uri_mismatch',
      error_description: 'Bad Request',
    });
    expect(await why(client.getToken({ code, codeVerifier: verifier }))).toBe('no error');
    expect(await why(client.getToken({ code, codeVerifier: verifier }))).toEqual({
      error: 'invalid_grant',
      error_description: 'Malformed auth code.',
    });
    const again = (await answerConsent(url, 'sales@acme.example')).searchParams.get('code')!;
    expect(await why(client.getToken({ code: again, codeVerifier: 'x'.repeat(43) }))).toMatchObject({
      error: 'invalid_grant',
    });
    const late = (await answerConsent(url, 'sales@acme.example')).searchParams.get('code')!;
    google.simulator.clock.advance(11 * 60_000);
    expect(await why(client.getToken({ code: late, codeVerifier: verifier }))).toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('an unticked scope is missing in scope; Deny is access_denied', async () => {
    const client = googleClient(google.url);
    const { url, verifier } = authorizationUrl(client);
    const back = await answerConsent(url, 'desk@other.example', { ticked: [mailScopes[0]!] });
    const { tokens } = await client.getToken({
      code: back.searchParams.get('code')!,
      codeVerifier: verifier,
    });
    expect(tokens.refresh_token).toBeTruthy();
    expect(tokens.scope).toContain('gmail.readonly');
    expect(tokens.scope).not.toContain('gmail.send');
    const denied = await answerConsent(url, 'desk@other.example', { answer: 'deny' });
    expect(denied.href).toBe(`${testRedirect}?state=state-1&error=access_denied`);
  });

  test('a refresh token requires offline, and later prompt=consent', async () => {
    const online = await signIn(google.url, 'tom.becker@mail.example', { access_type: 'online' });
    expect(online.tokens.refresh_token).toBeUndefined();
    const client = googleClient(google.url);
    const { url, verifier } = authorizationUrl(client, { prompt: '', login_hint: 'tom.becker@mail.example' });
    const response = await fetch(url, { redirect: 'manual' });
    const code = new URL(response.headers.get('location')!).searchParams.get('code')!;
    const { tokens } = await client.getToken({ code, codeVerifier: verifier });
    expect(tokens.access_token).toBeTruthy();
    expect(tokens.refresh_token).toBeUndefined();
  });

  test('login_hint, by address or sub, hides the chooser; hd narrows it', async () => {
    const client = googleClient(google.url);
    const titleOf = async (extra: Record<string, string>): Promise<string> =>
      (await fetch(authorizationUrl(client, extra).url)).text();
    expect(await titleOf({})).toContain('<h1>Choose an account</h1>');
    expect(await titleOf({ login_hint: 'support@acme.example' })).toContain('wants access');
    const sub = findAccount(google.simulator.store, 'support@acme.example')!.sub;
    expect(await titleOf({ login_hint: sub })).toContain('support@acme.example');
    expect(await titleOf({ hd: 'other.example' })).not.toContain('support@acme.example');
  });

  test('a group or an alias is no account', async () => {
    const { url } = authorizationUrl(googleClient(google.url));
    const request = new URL(url).search.slice(1);
    for (const email of ['team@acme.example', 'help@acme.example', 'nobody@acme.example']) {
      const page = await fetch(
        `${google.url}/o/oauth2/v2/auth/identifier?${new URLSearchParams({ request, email })}`,
      );
      expect(await page.text()).toContain('find your Google Account');
    }
  });
});

describe('what Google shows on its own page', () => {
  const shown = async (extra: Record<string, string>, clientId?: string): Promise<string> => {
    const response = await fetch(authorizationUrl(googleClient(google.url, clientId), extra).url, {
      redirect: 'manual',
    });
    return `${response.status} ${(await response.text()).match(/Error \d+: \w+/)?.[0]}`;
  };

  test('a wrong client, redirect address or scope', async () => {
    expect(await shown({}, 'somebody-else')).toBe('401 Error 401: invalid_client');
    expect(await shown({ redirect_uri: 'https://evil.example/' })).toBe(
      '400 Error 400: redirect_uri_mismatch',
    );
    expect(await shown({ scope: 'https://www.googleapis.com/auth/nonsense' })).toBe(
      '400 Error 400: invalid_scope',
    );
    expect(await shown({ response_type: 'token' })).toBe('400 Error 400: unsupported_response_type');
  });

  test('an app the admin blocks, or one internal to another organisation', async () => {
    const { store } = google.simulator;
    setDomain(store, 'other.example', { blocksApps: true });
    expect(await shown({ login_hint: 'desk@other.example' })).toBe('400 Error 400: admin_policy_enforced');
    setDomain(store, 'other.example', { blocksApps: false });
    const internal = { ...defaultClient, clientId: 'internal', internalTo: 'acme.example' };
    saveClient(store, internal);
    expect(await shown({ login_hint: 'desk@other.example' }, 'internal')).toBe('403 Error 403: org_internal');
    expect(await shown({ login_hint: 'john@acme.example' }, 'internal')).toBe('200 undefined');
  });
});

describe('the end of a grant', () => {
  const alive = (accessToken: string | null | undefined): string =>
    authenticate(google.simulator, `Bearer ${accessToken}`).kind;

  test('an access token expires after an hour, a refresh token does not', async () => {
    const { client, tokens } = await signIn(google.url, 'support@acme.example');
    expect(alive(tokens.access_token)).toBe('ok');
    google.simulator.clock.advance(3_601_000);
    expect(alive(tokens.access_token)).toBe('invalid');
    const { credentials } = await client.refreshAccessToken();
    expect(alive(credentials.access_token)).toBe('ok');
    expect(credentials.id_token).toBeTruthy();
  });

  test('revoking one token ends every grant of that user in the project', async () => {
    const { store } = google.simulator;
    saveClient(store, { ...defaultClient, clientId: 'sibling' });
    const sibling = googleClient(google.url, 'sibling');
    const { url, verifier } = authorizationUrl(sibling);
    const back = await answerConsent(url, 'billing@acme.example');
    const ofSibling = await sibling.getToken({
      code: back.searchParams.get('code')!,
      codeVerifier: verifier,
    });
    sibling.setCredentials(ofSibling.tokens);
    const other = await signIn(google.url, 'sales@acme.example');
    const { client, tokens } = await signIn(google.url, 'billing@acme.example');
    expect((await client.revokeToken(tokens.refresh_token!)).status).toBe(200);
    expect(await why(client.refreshAccessToken())).toEqual(revoked);
    expect(await why(sibling.refreshAccessToken())).toEqual(revoked);
    expect(alive(tokens.access_token)).toBe('invalid');
    expect(alive(other.tokens.access_token)).toBe('ok');
    expect(await why(client.revokeToken(tokens.refresh_token!))).toEqual({
      error: 'invalid_token',
      error_description: 'Token expired or revoked',
    });
  });

  test('revokes by the form body as well', async () => {
    const { client, tokens } = await signIn(google.url, 'billing@acme.example');
    const body = new URLSearchParams({ token: tokens.access_token! });
    expect((await fetch(`${google.url}/revoke`, { method: 'POST', body })).status).toBe(200);
    expect(await why(client.refreshAccessToken())).toEqual(revoked);
    expect((await fetch(`${google.url}/revoke`, { method: 'POST' })).status).toBe(400);
  });

  test('six months unused', async () => {
    const { client } = await signIn(google.url, 'john@acme.example');
    google.simulator.clock.advance(100 * day);
    await client.refreshAccessToken();
    google.simulator.clock.advance(100 * day);
    await client.refreshAccessToken();
    google.simulator.clock.advance(184 * day);
    expect(await why(client.refreshAccessToken())).toEqual(revoked);
  });

  test('a changed password ends Gmail tokens but not sign-in tokens', async () => {
    const { client, tokens } = await signIn(google.url, 'john@acme.example');
    const plain = await signIn(google.url, 'john@acme.example', { scope: 'openid email' });
    changePassword(google.simulator, findAccount(google.simulator.store, 'john@acme.example')!.sub);
    expect(alive(tokens.access_token)).toBe('invalid');
    expect(await why(client.refreshAccessToken())).toEqual(revoked);
    expect(await why(plain.client.refreshAccessToken())).toBe('no error');
  });

  test('the oldest of more than 100 refresh tokens becomes invalid', async () => {
    const first = await signIn(google.url, 'yuki.tanaka@mail.example');
    const second = await signIn(google.url, 'yuki.tanaka@mail.example');
    for (let more = 0; more < 99; more++) await signIn(google.url, 'yuki.tanaka@mail.example');
    expect(await why(first.client.refreshAccessToken())).toEqual(revoked);
    expect(await why(second.client.refreshAccessToken())).toBe('no error');
  });

  test('seven days for an app in Testing, unless it only signs in', async () => {
    const { store, clock } = google.simulator;
    saveClient(store, { ...defaultClient, testing: true });
    const mail = await signIn(google.url, 'desk@other.example');
    const plain = await signIn(google.url, 'desk@other.example', { scope: 'openid email' });
    saveClient(store, defaultClient);
    clock.advance(8 * day);
    expect(await why(mail.client.refreshAccessToken())).toEqual(revoked);
    expect(await why(plain.client.refreshAccessToken())).toBe('no error');
  });

  test('account disabled, admin policy, account deleted', async () => {
    const { store, clock } = google.simulator;
    const { client, tokens } = await signIn(google.url, 'desk@other.example');
    setDomain(store, 'other.example', { blocksApps: true });
    expect(await why(client.refreshAccessToken())).toMatchObject({ error: 'admin_policy_enforced' });
    setDomain(store, 'other.example', { blocksApps: false });
    setAccount(store, clock, 'desk@other.example', { disabled: true });
    expect(await why(client.refreshAccessToken())).toMatchObject({ error: 'invalid_grant' });
    expect(alive(tokens.access_token)).toBe('invalid');
    setAccount(store, clock, 'desk@other.example', { disabled: false });
    expect(await why(client.refreshAccessToken())).toBe('no error');
    setAccount(store, clock, 'desk@other.example', { deleted: true });
    expect(await why(client.refreshAccessToken())).toMatchObject({ error: 'invalid_grant' });
  });

  test('a wrong secret or grant type', async () => {
    const wrong = googleClient(google.url, defaultClient.clientId, 'wrong');
    wrong.setCredentials({ refresh_token: 'x' });
    expect(await why(wrong.refreshAccessToken())).toMatchObject({ error: 'invalid_client' });
    const { clientId, secret } = defaultClient;
    const body = new URLSearchParams({ client_id: clientId, client_secret: secret, grant_type: 'password' });
    const response = await fetch(`${google.url}/token`, { method: 'POST', body });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'unsupported_grant_type', error_description: 'Invalid grant_type: password' },
    ]);
  });
});
