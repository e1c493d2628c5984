import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let admin: Awaited<ReturnType<(typeof fixture)['person']>>;

beforeAll(async () => {
  fixture = await createHttpFixture({
    bounds: { requestsPerMinute: { perKey: 3, perSession: 5, perAddress: 4 } },
  });
  const { instanceId } = await fixture.admin();
  // Signing in counts once.
  admin = await fixture.person(instanceId, 'admin');
});
afterAll(() => fixture?.close());

const ask = async (url: string, headers: Record<string, string> = {}, remoteAddress = '198.51.100.7') => {
  const answer = await fixture.app.inject({ url, headers, remoteAddress });
  const { 'ratelimit-limit': limit, 'ratelimit-remaining': remaining } = answer.headers;
  return { status: answer.statusCode, limit, remaining, headers: answer.headers, body: answer.body };
};

test('a session may make so many requests a minute, from whatever address', async () => {
  const statuses: number[] = [];
  for (let count = 1; count <= 6; count += 1) {
    const answer = await ask('/api/me', admin.headers, `198.51.100.${count}`);
    statuses.push(answer.status);
    expect(answer).toMatchObject({ limit: '5', remaining: String(Math.max(0, 5 - count)) });
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const refused = await ask('/api/me', admin.headers);
  expect(JSON.parse(refused.body)).toMatchObject({ code: 'too-many-requests' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
});

test('each API key has its own count', async () => {
  const { instanceId } = await fixture.admin();
  const owner = await fixture.person(instanceId, 'admin');
  for (const name of ['one', 'two']) {
    const body = { name, scopes: ['customers:read'], expiresAt: null };
    const { key } = (await owner.call('POST', '/api-keys', body)).body;
    const path = `/api/instances/${instanceId}/customers/list`;
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await ask(path, { authorization: `Bearer ${key}` })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  }
});

test('those who are not signed in are counted by address, an IPv6 address as its /64', async () => {
  const statuses = async (addresses: string[]) => {
    const seen: number[] = [];
    for (const address of addresses) seen.push((await ask('/api/me', {}, address)).status);
    return seen;
  };
  const [one, other] = ['2001:db8:1:1', '2001:db8:1:2'];
  expect(await statuses([1, 2, 3, 4, 5].map((last) => `${one}::${last}`))).toEqual([401, 401, 401, 401, 429]);
  expect(await statuses([`${other}::1`])).toEqual([401]);
  // Wrong keys are counted like no key.
  const wrong = { authorization: 'Bearer postroom_guessed' };
  const guesses: number[] = [];
  for (let count = 0; count < 5; count += 1)
    guesses.push((await ask('/api/me', wrong, '203.0.113.1')).status);
  expect(guesses).toEqual([401, 401, 401, 401, 429]);
});

test('the files of the page are not counted', async () => {
  for (let count = 0; count < 10; count += 1) {
    const answer = await ask('/', {}, '203.0.113.9');
    expect(answer.status).not.toBe(429);
    expect(answer.limit).toBeUndefined();
  }
});
