import { once } from 'node:events';
import { connect } from 'node:net';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { assignRole } from '../instances/instances.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { routeCases } from '../testing/route-cases.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let instanceId: string;
let admin: Awaited<ReturnType<typeof fixture.person>>;
let world: SeededInstance;

beforeAll(async () => {
  fixture = await createHttpFixture();
  ({ instanceId } = await fixture.admin());
  admin = await fixture.person(instanceId, 'admin');
  const { id } = admin;
  world = await seedInstance(fixture.needs.deployment, { owner: id, admin: id, agent: id });
  await assignRole(fixture.needs.deployment, { instanceId: world.instanceId, userId: id, role: 'admin' });
});
afterAll(() => fixture?.close());

/** Values that a route expects of none of its fields. */
const unexpected: Array<[string, unknown]> = [
  ['a NUL', 'a\0b'],
  ['a lone surrogate', 'a\ud800b'],
  ['an int4 overflow', 2 ** 31],
  ['an int8 overflow', 2 ** 63],
  ['an unsafe integer', 2 ** 53],
  ['a fraction', 1.5],
  ['an id used nowhere', uuid()],
  ['an id that is none', '00000000-0000-0000-0000-00000000000g'],
  ['a time before Postgres’s first', '-200000-01-01T00:00:00.000Z'],
  ['a time after all', '+275760-09-13T00:00:00.000Z'],
  ['nothing', null],
  ['no text', ''],
];

type Row = (typeof routeCases)[number];
type Fields = Record<string, unknown>;

/** The request of a row, once for each field of the body, part of the path and query value replaced. */
function* variants(row: Row) {
  const path = row.call.replace(/:(\w+)/g, (_, name) =>
    name === 'instanceId' ? world.instanceId : world.ids[name]!,
  );
  const [pathname, query = ''] = path.split('?');
  const body = row.body(world);
  const { body: bodySchema, querystring } = schemaOf(row);
  for (const [what, value] of unexpected) {
    if (body !== undefined && !Buffer.isBuffer(body)) {
      for (const [place, replaced] of replacedFields(body as Fields, bodySchema, value)) {
        yield { what: `${place}: ${what}`, path, body: replaced };
      }
    }
    if (typeof value === 'object') continue;
    const text = encodeURIComponent(String(value).toWellFormed());
    for (const name of new Set([...row.call.matchAll(/:(\w+)/g)].map(([, one]) => one!))) {
      if (name === 'instanceId') continue;
      yield { what: `${name}: ${what}`, path: path.replace(world.ids[name]!, text), body };
    }
    for (const key of Object.keys(querystring?.shape ?? {})) {
      const replaced = new URLSearchParams(query);
      replaced.delete(key);
      yield { what: `?${key}: ${what}`, path: `${pathname}?${replaced}&${key}=${text}`, body };
    }
  }
}

/** The schemas with which the route of a row is registered. */
function schemaOf({ route }: Row): { body?: z.ZodObject; querystring?: z.ZodObject } {
  const registered = fixture.routes.find(({ method, url }) => `${method} ${url}` === route);
  return (registered?.schema ?? {}) as { body?: z.ZodObject; querystring?: z.ZodObject };
}

/** Copies of an object in which one field each has another value, also fields that were left out. */
function* replacedFields(
  object: Fields,
  schema: z.ZodObject | undefined,
  value: unknown,
): Generator<[string, Fields]> {
  for (const key of new Set([...Object.keys(object), ...Object.keys(schema?.shape ?? {})])) {
    yield [key, { ...object, [key]: value }];
    yield [`${key}.0`, { ...object, [key]: [value] }];
    const first = Array.isArray(object[key]) ? object[key][0] : object[key];
    if (typeof first !== 'object' || first === null) continue;
    const inner = schema?.shape[key];
    const element = inner instanceof z.ZodArray ? inner.element : inner;
    const innerSchema = element instanceof z.ZodObject ? element : undefined;
    for (const [place, replaced] of replacedFields(first as Fields, innerSchema, value)) {
      const whole = Array.isArray(object[key]) ? [replaced] : replaced;
      yield [`${key}.${place}`, { ...object, [key]: whole }];
    }
  }
}

const ask = (method: string, path: string, body: unknown) =>
  fixture.app.inject({
    method: method as 'GET',
    url: path,
    headers: {
      ...admin.headers,
      ...(body !== undefined && {
        'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
      }),
    },
    ...(body !== undefined && { payload: body as object }),
  });

// These end the session of the tests, and a stream never ends.
const excluded = /sign-out|DELETE \/api\/me\/sessions |GET .*\/events /;

describe.each(routeCases.filter(({ route, call }) => !excluded.test(`${route} ${call}`)))('$route', (row) => {
  test('no value makes the server fail', async () => {
    const failures: string[] = [];
    for (const { what, path, body } of variants(row)) {
      const { statusCode, body: text } = await ask(row.route.split(' ')[0]!, path, body);
      // 502: a picture's own server did not answer.
      if (statusCode === 500 || /value-not-storable|conflicting-change/.test(text))
        failures.push(`${what}: ${statusCode} ${text}`);
    }
    expect(failures).toEqual([]);
  });
});

test('a NUL is refused with the name of its field', async () => {
  const draft = { version: 0, kind: 'new', conversationId: null, mailboxId: null, to: ['a\0@b.example'] };
  const content = { ...draft, cc: [], bcc: [], subject: '', html: '' };
  const answer = await admin.call('PUT', `/drafts/${uuid()}`, content);
  expect(answer).toMatchObject({ status: 400, body: { code: 'text-has-nul', params: { place: 'to.0' } } });
});

test('a lone surrogate is stored as the replacement character', async () => {
  const id = uuid();
  const draft = { version: 0, kind: 'new', conversationId: null, mailboxId: null, to: ['\udc00@b.example'] };
  const content = { ...draft, cc: [], bcc: [], subject: 'half \ud83d', html: '' };
  const { status, body } = await admin.call('PUT', `/drafts/${id}`, content);
  expect(status).toBe(200);
  expect(body.draft).toMatchObject({ to: ['\ufffd@b.example'], subject: 'half \ufffd' });
});

test('a body nested half a million levels deep is refused', async () => {
  const payload = `{"status":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
  const answer = await fixture.app.inject({
    method: 'PATCH',
    url: '/api/me',
    headers: { ...admin.headers, 'content-type': 'application/json' },
    payload,
  });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'invalid-request' });
});

test.each([
  [
    'a path that is too long',
    414,
    `/api/instances/${uuid()}/customers/${'a'.repeat(1_500)}`,
    'request-too-long',
  ],
  ['a path that is not encoded', 400, '/api/instances/%E0%A4%A/views', 'bad-request'],
])('%s is answered with a problem document', async (_, status, url, code) => {
  const answer = await fixture.app.inject({ url, headers: admin.headers });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json()).toMatchObject({ status, code });
});

test.each([
  ['JSON that is malformed', 400, 'application/json', '{"name":'],
  ['an empty body', 400, 'application/json', ''],
  ['a type that is not read', 415, 'application/xml', '<a/>'],
  ['JSON that is called text', 415, 'text/plain', '{"name":"a"}'],
  ['a body that is too large', 413, 'application/json', JSON.stringify({ name: 'a'.repeat(1_100_000) })],
  ['a key for the prototype', 400, 'application/json', '{"__proto__":{"name":"a"}}'],
])('%s is answered with a problem document', async (_, status, type, payload) => {
  const headers = { ...admin.headers, 'content-type': type };
  const answer = await fixture.app.inject({ method: 'PATCH', url: '/api/me', headers, payload });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json()).toMatchObject({ status });
});

test.each([
  ['[]', '#'],
  ['{"name":1}', '#/name'],
  ['{"colour":"red"}', '#'],
])('the place of a fault is a JSON pointer: %s', async (payload, pointer) => {
  const headers = { ...admin.headers, 'content-type': 'application/json' };
  const answer = await fixture.app.inject({ method: 'PATCH', url: '/api/me', headers, payload });
  expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer }] });
});

test.each([
  ['headers that are too long', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
  ['a length that is no number', 400, 'POST /api/me HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n'],
  ['a request that is no HTTP', 400, 'hello\r\n\r\n'],
  ['a NUL in a header', 400, 'GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: a\0b\r\n\r\n'],
])('%s is answered with a problem document', async (_, status, bytes) => {
  const { hostname, port } = new URL(fixture.address);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(bytes);
  await once(socket, 'close');
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  const [head, body] = answer.split('\r\n\r\n');
  expect(head).toContain('content-type: application/problem+json');
  expect(JSON.parse(body!)).toMatchObject({ status, code: 'bad-request' });
});
