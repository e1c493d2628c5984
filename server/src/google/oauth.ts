import { createHash, randomBytes } from 'node:crypto';
import type { CodeChallengeMethod, Credentials } from 'google-auth-library';
import { storedProblem } from '../problems.ts';
import { oauthClient } from './client.ts';
import type { GoogleClientConfig } from './config.ts';
import { failureOfThrown, type GoogleResult, UnexpectedAnswer } from './errors.ts';
import { type GoogleAccount, verifyIdToken } from './id-token.ts';
import { missingScopes, modifyScope, requiredScopes } from './scopes.ts';

/** Secrets of one sign-in at Google, used once: state and code verifier (RFC 6749, RFC 7636), nonce (OpenID Connect). */
export type SignInSecrets = { state: string; nonce: string; codeVerifier: string };

/** 256 random bits each; as 43 characters, the minimum length of a verifier (RFC 7636, section 4.1). */
export function createSignInSecrets(): SignInSecrets {
  const random = () => randomBytes(32).toString('base64url');
  return { state: random(), nonce: random(), codeVerifier: random() };
}

/**
 * The URL of Google's sign-in, with account chooser and consent page. `loginHint` skips the chooser, so it
 * is only for reconnecting a known account. `twoWay` also asks for changing labels: `add` asks for nothing else
 * (incremental authorization, docs/gmail.md, section 1), `keep` for everything again.
 */
export function authorizationUrl(
  config: GoogleClientConfig,
  options: { redirectUri: string; secrets: SignInSecrets; loginHint?: string; twoWay?: 'add' | 'keep' },
): string {
  const { secrets, loginHint, twoWay } = options;
  return oauthClient(config, undefined, options.redirectUri).generateAuthUrl({
    scope: ['openid', 'email', ...(twoWay === 'add' ? [] : requiredScopes), ...(twoWay ? [modifyScope] : [])],
    ...(twoWay === 'add' && { include_granted_scopes: true }),
    access_type: 'offline',
    prompt: 'consent select_account',
    state: secrets.state,
    nonce: secrets.nonce,
    code_challenge: createHash('sha256').update(secrets.codeVerifier).digest('base64url'),
    code_challenge_method: 'S256' as CodeChallengeMethod.S256,
    ...(loginHint && { login_hint: loginHint, prompt: 'consent' }),
  });
}

/** Tokens of one Google account, unencrypted: never store or log them like this. */
export type Tokens = {
  refreshToken: string;
  accessToken: string;
  accessTokenExpiresAt: Date;
  scope: string;
};

export type AuthorizedAccount = { account: GoogleAccount; tokens: Tokens; missingScopes: string[] };

/** Exchanges the authorization code for tokens, and verifies which account signed in. */
export async function exchangeCode(
  config: GoogleClientConfig,
  options: { code: string; redirectUri: string; secrets: SignInSecrets; now: Date; signal?: AbortSignal },
): Promise<GoogleResult<AuthorizedAccount>> {
  const { secrets, now } = options;
  let tokens: Credentials;
  try {
    const client = oauthClient(config, options.signal, options.redirectUri);
    ({ tokens } = await client.getToken({ code: options.code, codeVerifier: secrets.codeVerifier }));
    if (!tokens.access_token || !tokens.id_token) throw new UnexpectedAnswer('No tokens in the response');
  } catch (error) {
    return failureOfThrown(error, 'exchange', now);
  }
  const account = await verifyIdToken(config, tokens.id_token, secrets.nonce, now);
  if (account.kind !== 'ok') return account;
  if (!tokens.refresh_token) return noRefreshToken;
  const scope = tokens.scope ?? '';
  return {
    kind: 'ok',
    value: {
      account: account.value,
      tokens: {
        refreshToken: tokens.refresh_token,
        accessToken: tokens.access_token,
        accessTokenExpiresAt: expiry(tokens, now),
        scope,
      },
      // With granular consent Google issues tokens although a scope was declined.
      missingScopes: missingScopes(scope),
    },
  };
}

/**
 * A new access token for a refresh token, which stays valid (RFC 6749, section 6). `scope`: what it allows; null if
 * Google does not say.
 */
export async function refresh(
  config: GoogleClientConfig,
  refreshToken: string,
  now: Date,
  signal?: AbortSignal,
): Promise<GoogleResult<Pick<Tokens, 'accessToken' | 'accessTokenExpiresAt'> & { scope: string | null }>> {
  try {
    const client = oauthClient(config, signal);
    client.setCredentials({ refresh_token: refreshToken });
    const { credentials } = await client.refreshAccessToken();
    if (!credentials.access_token) throw new UnexpectedAnswer('No access token in the response');
    return {
      kind: 'ok',
      value: {
        accessToken: credentials.access_token,
        accessTokenExpiresAt: expiry(credentials, now),
        scope: credentials.scope ?? null,
      },
    };
  } catch (error) {
    return failureOfThrown(error, 'refresh', now);
  }
}

/**
 * Revokes a token (RFC 7009). Google then drops every grant of this user to the whole Google Cloud project
 * (docs/gmail.md, trap 8): never call it for an account that is connected elsewhere in this deployment.
 */
export async function revoke(config: GoogleClientConfig, token: string): Promise<GoogleResult<null>> {
  try {
    await oauthClient(config).revokeToken(token);
    return { kind: 'ok', value: null };
  } catch (error) {
    const failure = failureOfThrown(error, 'revoke', new Date());
    // 400: the token is already invalid.
    if (failure.kind === 'refused' || failure.kind === 'disconnected') return { kind: 'ok', value: null };
    return failure;
  }
}

function expiry(tokens: Credentials, now: Date): Date {
  return new Date(tokens.expiry_date ?? now.getTime() + 3_600_000);
}

const noRefreshToken: GoogleResult<never> = {
  kind: 'refused',
  problem: storedProblem('no-refresh-token'),
};
