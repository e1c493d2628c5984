import { createHash, randomBytes } from 'node:crypto';
import { type Account, findAccountBySub, findDomain } from './accounts.ts';
import type { Client } from './clients.ts';
import type { Simulator } from './simulator.ts';
import type { Store } from './store.ts';

export const grantsSql = `
  CREATE TABLE codes (
    code TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    sub TEXT NOT NULL,
    scope TEXT NOT NULL,
    nonce TEXT,
    challenge TEXT,
    challenge_method TEXT,
    lasting INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE consents (
    sub TEXT NOT NULL,
    project TEXT NOT NULL,
    scope TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (sub, project)
  ) WITHOUT ROWID;
  CREATE TABLE refresh_tokens (
    token TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    scope TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    expires_at INTEGER
  );
  CREATE INDEX refresh_tokens_by_sub ON refresh_tokens (sub, client_id, issued_at);
  CREATE TABLE access_tokens (
    token TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX access_tokens_by_sub ON access_tokens (sub);
  CREATE INDEX access_tokens_by_end ON access_tokens (expires_at)`;

const minute = 60_000;
const day = 24 * 60 * minute;
const codeLifetimeMs = 10 * minute;
const accessTokenLifetimeMs = 60 * minute;
/** docs/gmail.md, section 1, invalid_grant case 2: unused for six months. */
const idleLifetimeMs = 183 * day;
/** Case 5: External in Testing. */
const testingLifetimeMs = 7 * day;
/** Case 4: the number of valid refresh tokens of one account for one client. */
const maxRefreshTokens = 100;

const signInScopes = new Set([
  'openid',
  'email',
  'profile',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
]);

/** Whether a scope only identifies the user. */
export function isSignInScope(scope: string): boolean {
  return signInScopes.has(scope);
}

/** Whether a scope gives access to Gmail. */
export function isGmailScope(scope: string): boolean {
  return scope.startsWith('https://www.googleapis.com/auth/gmail.') || scope === 'https://mail.google.com/';
}

/** The caller of an API, from the `Authorization` header. Like Google's, the error does not say why a token is invalid. */
export function authenticate(
  simulator: Simulator,
  authorization: string | undefined,
): { kind: 'ok'; account: Account; scopes: Set<string>; clientId: string } | { kind: 'invalid' } {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) return { kind: 'invalid' };
  const row = simulator.store.get<{ client_id: string; sub: string; scope: string; expires_at: number }>(
    'SELECT client_id, sub, scope, expires_at FROM access_tokens WHERE token = ?',
    token,
  );
  if (!row || row.expires_at <= simulator.clock.now()) return { kind: 'invalid' };
  const account = findAccountBySub(simulator.store, row.sub);
  if (!account || account.disabledAt !== null) return { kind: 'invalid' };
  return { kind: 'ok', account, scopes: new Set(row.scope.split(' ')), clientId: row.client_id };
}

export type OAuthError = { kind: 'error'; error: string; description: string };
export type Tokens = {
  kind: 'tokens';
  account: Account;
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  scope: string;
  refreshToken?: string;
  nonce?: string;
};

/** The user's consent; `lasting`: with a refresh token. */
export type Consent = {
  client: Client;
  account: Account;
  redirectUri: string;
  scope: string;
  nonce?: string;
  challenge?: string;
  challengeMethod?: string;
  lasting: boolean;
};

/** Stores the consent and creates an authorization code for it: single use, valid for ten minutes. */
export function issueCode({ store, clock }: Simulator, consent: Consent): string {
  const { client, account, scope } = consent;
  const code = `4/0A${secret(45)}`;
  const now = clock.now();
  store.transaction(() => {
    store.run('DELETE FROM codes WHERE expires_at <= ?', now);
    store.run(
      'INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      code,
      client.clientId,
      consent.redirectUri,
      account.sub,
      scope,
      consent.nonce ?? null,
      consent.challenge ?? null,
      consent.challengeMethod ?? null,
      Number(consent.lasting),
      now + codeLifetimeMs,
    );
    const all = new Set([...consentedScopes(store, account.sub, client.project), ...scope.split(' ')]);
    store.run(
      `INSERT INTO consents VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET scope = excluded.scope`,
      account.sub,
      client.project,
      [...all].join(' '),
      now,
    );
  });
  return code;
}

/** The scopes this user has granted to the project so far. */
export function consentedScopes(store: Store, sub: string, project: string): string[] {
  const row = store.get<{ scope: string }>(
    'SELECT scope FROM consents WHERE sub = ? AND project = ?',
    sub,
    project,
  );
  return row ? row.scope.split(' ') : [];
}

type CodeRow = {
  client_id: string;
  redirect_uri: string;
  sub: string;
  scope: string;
  nonce: string | null;
  challenge: string | null;
  challenge_method: string | null;
  lasting: number;
  expires_at: number;
};

/** Exchanges a code for tokens. A code is invalid after the first attempt by its client. */
export function exchangeCode(
  simulator: Simulator,
  client: Client,
  request: { code: string; redirectUri: string; verifier?: string },
): Tokens | OAuthError {
  const { store, clock } = simulator;
  const row = store.get<CodeRow>('SELECT * FROM codes WHERE code = ?', request.code);
  if (!row || row.client_id !== client.clientId || row.expires_at <= clock.now()) {
    return failed('invalid_grant', row ? 'Bad Request' : 'Malformed auth code.');
  }
  if (row.redirect_uri !== request.redirectUri) return failed('redirect_uri_mismatch', 'Bad Request');
  store.run('DELETE FROM codes WHERE code = ?', request.code);
  if (row.challenge !== null) {
    if (!request.verifier) return failed('invalid_grant', 'Missing code verifier.');
    // RFC 7636 §4.6
    const hashed = createHash('sha256').update(request.verifier).digest('base64url');
    const answer = row.challenge_method === 'S256' ? hashed : request.verifier;
    if (answer !== row.challenge) return failed('invalid_grant', 'Invalid code verifier.');
  }
  const usable = usableAccount(simulator, row.sub, row.scope);
  if (usable.kind === 'error') return usable;
  const tokens = issueAccessToken(simulator, client, usable.account, row.scope);
  if (row.lasting) tokens.refreshToken = issueRefreshToken(simulator, client, row.sub, row.scope);
  if (row.nonce !== null) tokens.nonce = row.nonce;
  return tokens;
}

/** A new access token for a refresh token, or the error (docs/gmail.md, section 1: nine cases of invalid_grant). */
export function refreshAccess(
  simulator: Simulator,
  client: Client,
  refreshToken: string,
): Tokens | OAuthError {
  const { store, clock } = simulator;
  const now = clock.now();
  const row = store.get<{
    client_id: string;
    sub: string;
    scope: string;
    used_at: number;
    expires_at: number | null;
  }>('SELECT * FROM refresh_tokens WHERE token = ?', refreshToken);
  if (!row) return failed('invalid_grant', 'Token has been expired or revoked.');
  if (row.client_id !== client.clientId) return failed('unauthorized_client', 'Unauthorized');
  if (row.used_at + idleLifetimeMs <= now || (row.expires_at !== null && row.expires_at <= now)) {
    store.run('DELETE FROM refresh_tokens WHERE token = ?', refreshToken);
    return failed('invalid_grant', 'Token has been expired or revoked.');
  }
  const usable = usableAccount(simulator, row.sub, row.scope);
  if (usable.kind === 'error') return usable;
  store.run('UPDATE refresh_tokens SET used_at = ? WHERE token = ?', now, refreshToken);
  return issueAccessToken(simulator, client, usable.account, row.scope);
}

function usableAccount(
  { store }: Simulator,
  sub: string,
  scope: string,
): { kind: 'ok'; account: Account } | OAuthError {
  const account = findAccountBySub(store, sub);
  if (!account) return failed('invalid_grant', 'Account has been deleted');
  if (account.disabledAt !== null) return failed('invalid_grant', 'Account has been disabled');
  if (blockedByAdmin(store, account, scope)) {
    return failed('admin_policy_enforced', "Access is restricted by your organization's administrator.");
  }
  return { kind: 'ok', account };
}

/** Whether the scopes include Gmail and the account's Workspace administrator denies apps access to it. */
export function blockedByAdmin(store: Store, account: Account, scope: string): boolean {
  const blocks = account.hd !== null && findDomain(store, account.hd)?.blocksApps === true;
  return blocks && scope.split(' ').some(isGmailScope);
}

function issueAccessToken(
  { store, clock }: Simulator,
  client: Client,
  account: Account,
  scope: string,
): Tokens {
  const accessToken = `ya29.a0${secret(96)}`;
  const now = clock.now();
  store.run('DELETE FROM access_tokens WHERE expires_at <= ?', now);
  store.run(
    'INSERT INTO access_tokens VALUES (?, ?, ?, ?, ?)',
    accessToken,
    client.clientId,
    account.sub,
    scope,
    now + accessTokenLifetimeMs,
  );
  return { kind: 'tokens', account, accessToken, expiresIn: accessTokenLifetimeMs / 1000 - 1, scope };
}

function issueRefreshToken({ store, clock }: Simulator, client: Client, sub: string, scope: string): string {
  const token = `1//0${secret(75)}`;
  const now = clock.now();
  const ends = client.testing && !scope.split(' ').every(isSignInScope) ? now + testingLifetimeMs : null;
  store.transaction(() => {
    store.run(
      'INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, ?, ?)',
      token,
      client.clientId,
      sub,
      scope,
      now,
      now,
      ends,
    );
    // The oldest becomes invalid, without an error.
    store.run(
      `DELETE FROM refresh_tokens WHERE token IN (SELECT token FROM refresh_tokens
        WHERE sub = ? AND client_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)`,
      sub,
      client.clientId,
      maxRefreshTokens,
    );
  });
  return token;
}

function failed(error: string, description: string): OAuthError {
  return { kind: 'error', error, description };
}

function secret(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
