import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '../testing/authenticator.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture.close());

type Operation = {
  summary?: string;
  description?: string;
  tags?: string[];
  security?: object[];
  responses: Record<string, object>;
};

test('every route documents its purpose, access and problems', async () => {
  const document = (await fixture.app.inject('/api/openapi.json')).json();
  const known = (document.tags as Array<{ name: string }>).map(({ name }) => name);
  for (const [path, operations] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const at = `${method.toUpperCase()} ${path}`;
      expect(operation.summary, at).toMatch(/^[A-Z].*[^.]$/);
      expect(operation.tags, at).toHaveLength(1);
      expect(known, at).toContain(operation.tags![0]);
      expect(operation.description, at).toMatch(/For (anyone|everybody|members|admins)/);
      expect(operation.security, at).toEqual(
        operation.description!.endsWith('For anyone.') ? [] : expect.arrayContaining([{ session: [] }]),
      );
      expect(Object.keys(operation.responses), at).toContain('default');
    }
  }
});

test('what is no JSON is described by its media type', async () => {
  const document = (await fixture.app.inject('/api/openapi.json')).json();
  const bytes = { schema: { type: 'string', format: 'binary' } };
  const { requestBody } =
    document.paths['/api/instances/{instanceId}/drafts/{draftId}/attachments/{attachmentId}'].put;
  expect(requestBody).toMatchObject({ content: { 'application/octet-stream': bytes } });
  const undescribed: string[] = [];
  const described: Record<string, object> = {};
  for (const [path, operations] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      const content = responses['200'] && (responses['200'] as { content?: object }).content;
      if (responses['200'] && !content) undescribed.push(`${method} ${path}`);
      if (content && !('application/json' in content)) described[path] = content;
    }
  }
  expect(undescribed).toEqual([]);
  expect(described['/api/instances/{instanceId}/events']).toEqual({ 'text/event-stream': bytes });
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  const csv = '/api/instances/{instanceId}/audit.csv';
  const answer = await fixture.app.inject({ url: csv.replace('{instanceId}', instanceId), ...admin });
  expect(answer.statusCode).toBe(200);
  expect(Object.keys(described[csv]!)).toEqual([String(answer.headers['content-type']).split(';')[0]]);
});

test('a program signs in and calls the API as docs/api.md says', async () => {
  const owner = await fixture.admin();
  const { email, password } = await fixture.person(owner.instanceId, 'agent');
  const { app, needs: deps } = fixture;
  const signedIn = await app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: { origin: deps.url },
    payload: { email, password },
  });
  expect(signedIn.statusCode).toBe(200);
  const cookies = [signedIn.headers['set-cookie']].flat().map((cookie) => cookie!.split(';')[0]!);
  expect(cookies.some((cookie) => cookie.startsWith('postroom.session_token='))).toBe(true);
  const cookie = cookies.join('; ');
  const me = await app.inject({ url: '/api/me', headers: { cookie } });
  expect(me.json().instances).toMatchObject([{ id: owner.instanceId, role: 'agent' }]);

  const signedOut = await app.inject('/api/me');
  expect(signedOut.statusCode).toBe(401);
  expect(signedOut.headers['content-type']).toMatch('application/problem+json');
  expect(signedOut.json()).toEqual({
    type: 'about:blank#signed-out',
    title: 'You are not signed in.',
    status: 401,
    detail: 'Sign in and try again.',
    code: 'signed-out',
    params: {},
  });
  // With two-factor authentication, signing in needs a second call.
  const ask = async (path: string, payload: object, jar: string) => {
    const headers = { cookie: jar, origin: deps.url };
    const answer = await app.inject({ method: 'POST', url: `/api/auth/${path}`, headers, payload });
    const set = [answer.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0]!);
    return { status: answer.statusCode, body: answer.json(), jar: set.join('; ') };
  };
  const { totpURI } = (await ask('two-factor/enable', { password }, cookie)).body;
  await ask('two-factor/verify-totp', { code: codeOf(totpURI) }, cookie);
  const first = await ask('sign-in/email', { email, password }, '');
  expect(first.body).toMatchObject({ twoFactorRedirect: true });
  expect((await app.inject({ url: '/api/me', headers: { cookie: first.jar } })).statusCode).toBe(401);
  // The code that turned it on is used up; the next one is valid already.
  const second = await ask('two-factor/verify-totp', { code: codeOf(totpURI, 1) }, first.jar);
  expect(second.status).toBe(200);
  expect((await app.inject({ url: '/api/me', headers: { cookie: second.jar } })).statusCode).toBe(200);

  const out = await app.inject({
    method: 'POST',
    url: '/api/auth/sign-out',
    headers: { cookie: second.jar, origin: deps.url, 'content-type': 'application/json' },
    payload: '{}',
  });
  expect(out.statusCode).toBe(200);
  expect((await app.inject({ url: '/api/me', headers: { cookie: second.jar } })).statusCode).toBe(401);
});
