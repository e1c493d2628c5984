import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { accessToken, type GrantStore, type SealedGrant } from './access-token.ts';
import { googleAddresses } from './config.ts';
import { createSealer } from './seal.ts';

const sealer = createSealer(['a secret that is long enough for this']);
const purpose = 'mailbox 1';
const closing: Array<() => void> = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Google's token endpoint, answering as each test says, and counting. */
async function tokenEndpoint(answer: (response: ServerResponse, count: number) => void) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume().on('end', () => answer(response, asked));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const token = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    config: { clientId: 'id', clientSecret: 'secret', addresses: { ...googleAddresses, token } },
    asked: () => asked,
  };
}

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const fresh = (response: ServerResponse, count: number) =>
  json(response, 200, { access_token: `fresh ${count}`, expires_in: 3_600, token_type: 'Bearer' });
const refused = (response: ServerResponse) =>
  json(response, 400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' });

/** One stored grant and a lock, as several processes share them. */
async function shared(accessTokenLeft: number | null) {
  let grant: SealedGrant | null = {
    refreshToken: await sealer.seal('refresh 1', purpose),
    accessToken: accessTokenLeft === null ? null : await sealer.seal('stored', purpose),
    accessTokenExpiresAt: accessTokenLeft === null ? null : new Date(Date.now() + accessTokenLeft),
  };
  let locked = false;
  const store: GrantStore = {
    purpose,
    load: async () => grant,
    async saveAccessToken(of, accessToken, accessTokenExpiresAt) {
      if (grant?.refreshToken === of) grant = { ...grant, accessToken, accessTokenExpiresAt };
    },
    async withRefreshLock(work) {
      if (locked) return { kind: 'busy' };
      locked = true;
      try {
        return { kind: 'done', result: await work() };
      } finally {
        locked = false;
      }
    },
  };
  return {
    store,
    replace: (next: SealedGrant | null) => {
      grant = next;
    },
    stored: () => grant,
    lock: (held: boolean) => {
      locked = held;
    },
  };
}

const minute = 60_000;

test('a token that is still valid is used as it is', async () => {
  const google = await tokenEndpoint(fresh);
  const { store } = await shared(10 * minute);
  expect(await accessToken(google.config, sealer, store)).toEqual({ kind: 'token', accessToken: 'stored' });
  expect(google.asked()).toBe(0);
});

test('forty concurrent calls cause one refresh', async () => {
  const google = await tokenEndpoint(fresh);
  const { store } = await shared(null);
  const all = await Promise.all(Array.from({ length: 40 }, () => accessToken(google.config, sealer, store)));
  expect(google.asked()).toBe(1);
  for (const one of all) expect(one).toEqual({ kind: 'token', accessToken: 'fresh 1' });
});

test('a token is refreshed early, and used while another process does so', async () => {
  const google = await tokenEndpoint(fresh);
  const { store, lock } = await shared(2 * minute);
  lock(true);
  expect(await accessToken(google.config, sealer, store)).toEqual({ kind: 'token', accessToken: 'stored' });
  lock(false);
  expect(await accessToken(google.config, sealer, store)).toEqual({ kind: 'token', accessToken: 'fresh 1' });
});

test('while Google fails, the old token is used as long as it is valid', async () => {
  const google = await tokenEndpoint((response) => response.writeHead(503, { 'retry-after': '7' }).end());
  const early = await shared(2 * minute);
  expect(await accessToken(google.config, sealer, early.store)).toEqual({
    kind: 'token',
    accessToken: 'stored',
  });
  const late = await shared(null);
  expect(await accessToken(google.config, sealer, late.store)).toEqual({ kind: 'temporary', after: 7_000 });
});

test('a token that Gmail rejected is refreshed before it expires', async () => {
  const google = await tokenEndpoint(fresh);
  const { store } = await shared(50 * minute);
  const answer = await accessToken(google.config, sealer, store, { rejected: 'stored' });
  expect(answer).toEqual({ kind: 'token', accessToken: 'fresh 1' });
  const again = await accessToken(google.config, sealer, store, { rejected: 'stored' });
  expect(again).toEqual({ kind: 'token', accessToken: 'fresh 1' });
  expect(google.asked()).toBe(1);
});

test('a refused refresh disconnects and stores nothing', async () => {
  const google = await tokenEndpoint(refused);
  const { store, stored } = await shared(null);
  const before = stored();
  const answer = await accessToken(google.config, sealer, store);
  expect(answer).toMatchObject({ kind: 'disconnected', code: 'access-revoked' });
  expect(stored()).toEqual(before);
});

test('after a reconnection a refused old token does not disconnect', async () => {
  const reconnected = await sealer.seal('refresh 2', purpose);
  const grants = await shared(null);
  const google = await tokenEndpoint((response, count) => {
    if (count > 1) return fresh(response, count);
    grants.replace({ refreshToken: reconnected, accessToken: null, accessTokenExpiresAt: null });
    refused(response);
  });
  expect(await accessToken(google.config, sealer, grants.store)).toEqual({
    kind: 'token',
    accessToken: 'fresh 2',
  });
});

test('a late refresh does not overwrite the tokens of a reconnection', async () => {
  const reconnected = await sealer.seal('refresh 2', purpose);
  const grants = await shared(null);
  const google = await tokenEndpoint((response, count) => {
    grants.replace({ refreshToken: reconnected, accessToken: null, accessTokenExpiresAt: null });
    fresh(response, count);
  });
  await accessToken(google.config, sealer, grants.store);
  expect(grants.stored()).toEqual({
    refreshToken: reconnected,
    accessToken: null,
    accessTokenExpiresAt: null,
  });
});

test('missing and undecryptable tokens have their own codes', async () => {
  const google = await tokenEndpoint(fresh);
  const grants = await shared(10 * minute);
  const other = createSealer(['another secret, just as long as it must be']);
  expect(await accessToken(google.config, other, grants.store)).toEqual({
    kind: 'disconnected',
    code: 'tokens-undecryptable',
  });
  grants.replace(null);
  expect(await accessToken(google.config, sealer, grants.store)).toEqual({
    kind: 'disconnected',
    code: 'tokens-missing',
  });
});

test('waiting for another process can be aborted', async () => {
  const google = await tokenEndpoint(fresh);
  const { store, lock } = await shared(null);
  lock(true);
  const stop = new AbortController();
  const waiting = accessToken(google.config, sealer, store, { signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toThrow();
  expect(google.asked()).toBe(0);
});
