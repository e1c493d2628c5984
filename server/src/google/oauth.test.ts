import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setAccount, setDomain } from '../../../google-simulator/src/accounts.ts';
import { changePassword } from '../../../google-simulator/src/revocation.ts';
import { type CallbackQuery, startSimulatedGoogle } from '../testing/simulated-google.ts';
import type { GoogleClientConfig } from './config.ts';
import { authorizationUrl, createSignInSecrets, exchangeCode, refresh, revoke } from './oauth.ts';
import { requiredScopes } from './scopes.ts';

let google: Awaited<ReturnType<typeof startSimulatedGoogle>>;
beforeAll(async () => {
  google = await startSimulatedGoogle();
});
afterAll(() => google.stop());
beforeEach(() => google.removeEveryAccess());

const redirectUri = 'http://localhost:4400/oauth/google/callback';
const now = () => new Date();

async function signIn(as: string, options: { untick?: string; deny?: boolean } = {}) {
  const proof = createSignInSecrets();
  const url = authorizationUrl(google.config, { redirectUri, secrets: proof });
  return { proof, back: await google.signIn(url, { as, ...options }) };
}

function exchange(
  { proof, back }: { proof: ReturnType<typeof createSignInSecrets>; back: CallbackQuery },
  config: GoogleClientConfig = google.config,
) {
  return exchangeCode(config, { code: back.code ?? '', redirectUri, secrets: proof, now: now() });
}

async function granted(as: string) {
  const answer = await exchange(await signIn(as));
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  return answer.value;
}

test('the sign-in URL asks only for the scopes that are needed', () => {
  const proof = createSignInSecrets();
  const first = new URL(authorizationUrl(google.config, { redirectUri, secrets: proof })).searchParams;
  expect(Object.fromEntries(first)).toEqual({
    client_id: google.config.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: `openid email ${requiredScopes.join(' ')}`,
    access_type: 'offline',
    prompt: 'consent select_account',
    state: proof.state,
    nonce: proof.nonce,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  // login_hint skips the chooser, so only for a known account (docs/gmail.md, trap 9).
  const again = authorizationUrl(google.config, { redirectUri, secrets: proof, loginHint: 'a@acme.example' });
  expect(new URL(again).searchParams.get('login_hint')).toBe('a@acme.example');
});

test('a Workspace account signs in', async () => {
  const { account, tokens, missingScopes } = await granted('support@acme.example');
  expect(account).toEqual({
    sub: expect.stringMatching(/^\d{21}$/),
    email: 'support@acme.example',
    emailVerified: true,
    hostedDomain: 'acme.example',
  });
  expect(missingScopes).toEqual([]);
  expect(tokens.refreshToken).not.toBe('');
  const life = tokens.accessTokenExpiresAt.getTime() - Date.now();
  expect(life).toBeGreaterThan(3_500_000);
  expect(life).toBeLessThanOrEqual(3_600_000);
});

test('a consumer account has no Workspace domain', async () => {
  expect((await granted('ana.silva@mail.example')).account.hostedDomain).toBeNull();
});

test.each(requiredScopes)('declining %s yields tokens and lists it as missing', async (scope) => {
  const answer = await exchange(await signIn('support@acme.example', { untick: scope }));
  expect(answer).toMatchObject({ kind: 'ok', value: { missingScopes: [scope] } });
});

test('denied consent returns an error with the state', async () => {
  const { proof, back } = await signIn('support@acme.example', { deny: true });
  expect(back).toEqual({ state: proof.state, error: 'access_denied' });
});

test('a code works once, with its own verifier', async () => {
  const once = await signIn('support@acme.example');
  expect((await exchange(once)).kind).toBe('ok');
  expect(await exchange(once)).toMatchObject({
    kind: 'refused',
    problem: { code: 'authorization-code-expired' },
  });
  const stolen = await signIn('support@acme.example');
  const proof = { ...stolen.proof, codeVerifier: createSignInSecrets().codeVerifier };
  expect(await exchange({ ...stolen, proof })).toMatchObject({
    kind: 'refused',
    problem: { code: 'authorization-code-expired' },
  });
});

test('nonce, issuer, audience and signature of an id_token are checked', async () => {
  const unproven = { kind: 'refused', problem: { code: 'id-token-invalid' } };
  const other = await startSimulatedGoogle();
  const addresses = google.config.addresses;
  const replayed = await signIn('support@acme.example');
  expect(await exchange({ ...replayed, proof: { ...replayed.proof, nonce: 'another' } })).toMatchObject(
    unproven,
  );
  for (const change of [{ issuer: 'https://accounts.google.com' }, { jwks: other.config.addresses.jwks }]) {
    const config = { ...google.config, addresses: { ...addresses, ...change } };
    expect(await exchange(await signIn('support@acme.example'), config)).toMatchObject(unproven);
  }
  await other.stop();
});

test('keys that cannot be fetched make no token invalid', async () => {
  const jwks = 'http://127.0.0.1:1/certs';
  const config = { ...google.config, addresses: { ...google.config.addresses, jwks } };
  expect(await exchange(await signIn('support@acme.example'), config)).toMatchObject({ kind: 'retry' });
});

test('an expired id_token is refused', async () => {
  const { proof, back } = await signIn('support@acme.example');
  const late = new Date(Date.now() + 3 * 3_600_000);
  const answer = await exchangeCode(google.config, {
    code: back.code ?? '',
    redirectUri,
    secrets: proof,
    now: late,
  });
  expect(answer).toMatchObject({ kind: 'refused', problem: { code: 'id-token-invalid' } });
});

test('a refresh token works until revoked; revoking twice succeeds', async () => {
  const { tokens } = await granted('support@acme.example');
  const fresh = await refresh(google.config, tokens.refreshToken, now());
  expect(fresh).toMatchObject({ kind: 'ok', value: { accessToken: expect.any(String) } });
  expect(await revoke(google.config, tokens.refreshToken)).toEqual({ kind: 'ok', value: null });
  expect(google.tokens()).toEqual([]);
  expect(await revoke(google.config, tokens.refreshToken)).toEqual({ kind: 'ok', value: null });
  const dead = { kind: 'disconnected', code: 'access-revoked' };
  expect(await refresh(google.config, tokens.refreshToken, now())).toEqual(dead);
});

test('revoking a token drops all grants of the account (docs/gmail.md, trap 8)', async () => {
  const [one, two] = [await granted('support@acme.example'), await granted('support@acme.example')];
  const other = await granted('sales@acme.example');
  await revoke(google.config, one.tokens.refreshToken);
  expect(await refresh(google.config, two.tokens.refreshToken, now())).toMatchObject({
    kind: 'disconnected',
  });
  expect(await refresh(google.config, other.tokens.refreshToken, now())).toMatchObject({ kind: 'ok' });
});

test('each way Google ends access has its own code (C11)', async () => {
  const { account, tokens } = await granted('support@acme.example');
  const { simulator, config } = google;
  const ended = async () => {
    const answer = await refresh(config, tokens.refreshToken, now());
    return answer.kind === 'disconnected' ? answer.code : answer.kind;
  };
  setDomain(simulator.store, 'acme.example', { blocksApps: true });
  expect(await ended()).toBe('blocked-by-admin');
  setDomain(simulator.store, 'acme.example', { blocksApps: false });
  setAccount(simulator.store, simulator.clock, account.email, { disabled: true });
  expect(await ended()).toBe('account-disabled');
  setAccount(simulator.store, simulator.clock, account.email, { disabled: false });
  const wrong = { ...config, clientSecret: 'wrong' };
  expect(await refresh(wrong, tokens.refreshToken, now())).toEqual({
    kind: 'disconnected',
    code: 'oauth-client-rejected',
  });
  expect(await ended()).toBe('ok');
  changePassword(simulator, account.sub);
  expect(await ended()).toBe('access-revoked');
});

test('no response from Google is retried and does not disconnect', async () => {
  const addresses = {
    ...google.config.addresses,
    token: 'http://127.0.0.1:1/',
    revoke: 'http://127.0.0.1:1/',
  };
  const config = { ...google.config, addresses };
  const unreachable = { kind: 'retry', after: null, cause: 'unreachable', uncertain: false };
  expect(await refresh(config, 'any', now())).toEqual(unreachable);
  expect(await revoke(config, 'any')).toEqual(unreachable);
});
