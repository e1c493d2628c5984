import { setTimeout as sleep } from 'node:timers/promises';
import { refreshes } from '../metrics/metrics.ts';
import type { GoogleClientConfig } from './config.ts';
import type { Disconnection } from './disconnections.ts';
import { refresh } from './oauth.ts';
import type { Sealer } from './seal.ts';

/** A mailbox's tokens as they are stored: sealed. */
export type SealedGrant = {
  refreshToken: string;
  accessToken: string | null;
  accessTokenExpiresAt: Date | null;
};

/** Where one mailbox's tokens are kept, shared by every process of the deployment. */
export type GrantStore = {
  /** What tokens are sealed for: the same for reading and writing. */
  purpose: string;
  load(): Promise<SealedGrant | null>;
  /** Saves a refreshed access token, and what it allows if Google said so, unless the refresh token is no longer `of`. */
  saveAccessToken(of: string, accessToken: string, expiresAt: Date, scope: string | null): Promise<void>;
  /** Runs `work` under a lock of this mailbox; `busy` if another process holds it. */
  withRefreshLock<T>(work: () => Promise<T>): Promise<{ kind: 'done'; result: T } | { kind: 'busy' }>;
};

export type AccessToken =
  | { kind: 'token'; accessToken: string }
  | { kind: 'disconnected'; code: Disconnection }
  | { kind: 'temporary'; after: number | null };

/** A token that expires within the first is refreshed; one that expires within the second is not used (ms). */
const refreshBelowMs = 5 * 60_000;
const unusableBelowMs = 30_000;
/** Longer than a refresh may take (10 s). */
const maxLockWaitMs = 15_000;

/**
 * A usable access token of one mailbox. It is refreshed early, by one process at a time; meanwhile the
 * others use the old token if it is still valid, or wait. `rejected`: a token that Gmail answered with 401.
 */
export async function accessToken(
  config: GoogleClientConfig,
  sealer: Sealer,
  store: GrantStore,
  options: { rejected?: string; now?: () => Date; signal?: AbortSignal } = {},
): Promise<AccessToken> {
  const { rejected, now = () => new Date(), signal } = options;
  const read = async () => readGrant(await store.load(), sealer, store.purpose, rejected, now());

  async function refreshUnderLock(): Promise<AccessToken | 'again'> {
    const grant = await read();
    // Another process may have refreshed it before this one got the lock.
    if (grant.kind !== 'grant' || grant.remainingMs >= refreshBelowMs) return toAccessToken(grant);
    const answer = await refresh(config, grant.refreshToken, now(), signal);
    const { kind } = answer;
    refreshes.inc({ result: kind === 'ok' || kind === 'disconnected' ? kind : 'failed' });
    if (answer.kind === 'ok') {
      const { accessToken, accessTokenExpiresAt, scope } = answer.value;
      const sealed = await sealer.seal(accessToken, store.purpose);
      await store.saveAccessToken(grant.sealedRefreshToken, sealed, accessTokenExpiresAt, scope);
      return { kind: 'token', accessToken };
    }
    if (answer.kind === 'disconnected') {
      // If the mailbox was reconnected meanwhile, the refused token was an old one.
      const after = await store.load();
      return after && after.refreshToken !== grant.sealedRefreshToken ? 'again' : answer;
    }
    if (grant.remainingMs > unusableBelowMs) return toAccessToken(grant);
    return { kind: 'temporary', after: 'after' in answer ? answer.after : null };
  }

  const deadline = performance.now() + maxLockWaitMs;
  for (;;) {
    const grant = await read();
    if (grant.kind !== 'grant' || grant.remainingMs >= refreshBelowMs) return toAccessToken(grant);
    const lockResult = await store.withRefreshLock(refreshUnderLock);
    if (lockResult.kind === 'done') {
      if (lockResult.result !== 'again') return lockResult.result;
      continue;
    }
    if (grant.remainingMs > unusableBelowMs) return toAccessToken(grant);
    if (performance.now() > deadline) return { kind: 'temporary', after: null };
    await sleep(50 + Math.random() * 100, undefined, { signal });
  }
}

type ReadGrant =
  | {
      kind: 'grant';
      refreshToken: string;
      sealedRefreshToken: string;
      accessToken: string;
      remainingMs: number;
    }
  | { kind: 'disconnected'; code: Disconnection };

/** Decrypts; `remainingMs` is how long the access token is valid, below zero if it cannot be used. */
async function readGrant(
  grant: SealedGrant | null,
  sealer: Sealer,
  purpose: string,
  rejected: string | undefined,
  now: Date,
): Promise<ReadGrant> {
  if (!grant) return { kind: 'disconnected', code: 'tokens-missing' };
  const refreshToken = await sealer.open(grant.refreshToken, purpose);
  if (refreshToken === null) return { kind: 'disconnected', code: 'tokens-undecryptable' };
  const accessToken = grant.accessToken && (await sealer.open(grant.accessToken, purpose));
  const usable = accessToken && accessToken !== rejected && grant.accessTokenExpiresAt;
  return {
    kind: 'grant',
    refreshToken,
    sealedRefreshToken: grant.refreshToken,
    accessToken: accessToken || '',
    remainingMs: usable ? usable.getTime() - now.getTime() : -1,
  };
}

function toAccessToken(grant: ReadGrant): AccessToken {
  return grant.kind === 'grant' ? { kind: 'token', accessToken: grant.accessToken } : grant;
}
