import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture.close());

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['identity', null],
])('a long API answer, accepted as %s, is sent as %s', async (accepted, encoding) => {
  const answer = await fetch(`${fixture.address}/api/openapi.json`, {
    headers: { 'accept-encoding': accepted },
  });
  expect(answer.headers.get('content-encoding')).toBe(encoding);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({ info: { title: expect.any(String) } });
});

test('a long list is compressed', async () => {
  const { instanceId } = await fixture.admin();
  const person = await fixture.person(instanceId, 'agent');
  const name = (index: number) => `A tag with the number ${index}`;
  for (let index = 0; index < 40; index += 1)
    await person.call('PUT', `/tags/${crypto.randomUUID()}`, { name: name(index), color: 'red' });
  const answer = await fetch(`${fixture.address}/api/instances/${instanceId}/tags`, {
    headers: { ...person.headers, 'accept-encoding': 'br' },
  });
  expect(answer.headers.get('content-encoding')).toBe('br');
  expect(((await answer.json()) as { tags: unknown[] }).tags).toHaveLength(40);
});

test('short answers and live streams are not compressed', async () => {
  const { instanceId } = await fixture.admin();
  const person = await fixture.person(instanceId, 'agent');
  const headers = { ...person.headers, 'accept-encoding': 'br, gzip' };
  const me = await fetch(`${fixture.address}/api/me`, { headers });
  expect(me.headers.get('content-encoding')).toBeNull();
  const leaving = new AbortController();
  const live = await fetch(`${fixture.address}/api/instances/${instanceId}/events`, {
    headers,
    signal: leaving.signal,
  });
  expect(live.headers.get('content-encoding')).toBeNull();
  const { value } = await live.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toContain('event: hello');
  leaving.abort();
});
