import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());

const instance = `/api/instances/${randomUUID()}`;

test.each([
  ['DELETE', `${instance}/conversations?limit=2`, 'GET, HEAD'],
  ['OPTIONS', `${instance}/tags/${randomUUID()}`, 'DELETE, PATCH, PUT'],
  ['POST', `${instance}/customers/list`, 'GET, HEAD, PATCH'],
  ['PROPFIND', `${instance}/members/${randomUUID()}/deactivate`, 'POST'],
  ['GET', `${instance}/bulk-messages/${randomUUID()}/start`, 'POST'],
  ['DELETE', `${instance}/own-addresses`, 'GET, HEAD, POST'],
  ['PUT', `${instance}/audit.csv`, 'GET, HEAD'],
  ['PUT', '/api/auth/sign-in/email', 'GET, HEAD, POST'],
  ['GET', '/google/security-events', 'POST'],
] as const)('%s of %s is refused, with the methods there are', async (method, url, allow) => {
  const answer = await fixture.app.inject({
    method: method as 'GET',
    url,
    headers: { 'accept-language': 'de', ...(method === 'PUT' && { 'content-type': 'text/plain' }) },
  });
  expect(answer.statusCode).toBe(405);
  expect(answer.headers).toMatchObject({ allow, 'content-type': 'application/problem+json' });
  expect(answer.json()).toMatchObject({
    status: 405,
    code: 'method-not-allowed',
    title: `Diese Adresse nimmt keine Anfrage ${method}.`,
    detail: `Möglich: ${allow}.`,
  });
});

test.each(['/api/nothing', `${instance}/conversation`])('there is no method at %s', async (url) => {
  const answer = await fixture.app.inject({ method: 'DELETE', url });
  expect(answer.statusCode).toBe(404);
  expect(answer.headers).not.toHaveProperty('allow');
});
