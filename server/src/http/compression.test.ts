import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';

let bench: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  bench = await createHttpFixture();
});
afterAll(() => bench.close());

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['identity', null],
])('a long answer of the API goes to who accepts %s as %s', async (accepted, encoding) => {
  const answer = await fetch(`${bench.address}/api/openapi.json`, {
    headers: { 'accept-encoding': accepted },
  });
  expect(answer.headers.get('content-encoding')).toBe(encoding);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({ info: { title: expect.any(String) } });
});

test('a short answer and the live stream go out as they are', async () => {
  const { instanceId } = await bench.admin();
  const person = await bench.person(instanceId, 'agent');
  const headers = { ...person.headers, 'accept-encoding': 'br, gzip' };
  const me = await fetch(`${bench.address}/api/me`, { headers });
  expect(me.headers.get('content-encoding')).toBeNull();
  const leaving = new AbortController();
  const live = await fetch(`${bench.address}/api/instances/${instanceId}/events`, {
    headers,
    signal: leaving.signal,
  });
  expect(live.headers.get('content-encoding')).toBeNull();
  const { value } = await live.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toContain('event: hello');
  leaving.abort();
});
