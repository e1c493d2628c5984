import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { routeCases } from '../testing/route-cases.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let cookie: string;
let own: string;
beforeAll(async () => {
  const push = { endpoint: 'https://desk.example/google/notifications', serviceAccount: 'push@test.example' };
  const channel = { topic: 'projects/test/topics/gmail', subscription: 'projects/test/subscriptions/gmail' };
  fixture = await createHttpFixture({ notifications: { channel, push } });
  cookie = (await fixture.person((await fixture.admin()).instanceId, 'admin')).headers.cookie;
  own = fixture.needs.url;
});
afterAll(() => fixture?.close());

const changing = routeCases.filter(({ route }) => !route.startsWith('GET '));
type Sent = { origin?: string; 'sec-fetch-site'?: string };
const call = async ({ route, call }: { route: string; call: string }, headers: Sent) => {
  const method = route.split(' ')[0] as 'POST';
  const url = call.replace(/:\w+/g, '01900000-0000-7000-8000-000000000000');
  const answer = await fixture.app.inject({ method, url, headers: { cookie, ...headers } });
  return answer.body.includes('"code":"other-origin"') ? 'refused' : 'passed';
};

test.each(changing)('$route is refused to pages of other sites', async (row) => {
  const expected = row.route === 'POST /unsubscribe/:token' ? 'passed' : 'refused';
  for (const headers of [
    { 'sec-fetch-site': 'cross-site', origin: own },
    { 'sec-fetch-site': 'same-site', origin: own },
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
  ]) {
    expect(await call(row, headers)).toBe(expected);
  }
});

test('pages of this site and programs may change something', async () => {
  const row = { route: 'PATCH /api/me', call: '/api/me' };
  const other = 'http://localhost:5173';
  expect(await call(row, { 'sec-fetch-site': 'same-origin', origin: other })).toBe('passed');
  expect(await call(row, { origin: own })).toBe('passed');
  expect(await call(row, {})).toBe('passed');
});

test('pages of other sites may be read from', async () => {
  const headers = { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' };
  expect((await fixture.app.inject({ url: '/api/me', headers })).statusCode).toBe(200);
});
