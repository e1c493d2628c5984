import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiKeyScope } from '../../../instances/api-keys.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';
import { seedInstance } from '../../../testing/seeded-instance.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let instanceId: string;
let admin: Awaited<ReturnType<(typeof fixture)['person']>>;

beforeAll(async () => {
  fixture = await createHttpFixture();
  ({ instanceId } = await fixture.admin());
  admin = await fixture.person(instanceId, 'admin');
});
afterAll(() => fixture?.close());

async function create(scopes: ApiKeyScope[], more: { name?: string; expiresAt?: string | null } = {}) {
  const payload = { name: 'Shop', scopes, expiresAt: null, ...more };
  const { status, body } = await admin.call('POST', '/api-keys', payload);
  expect(status).toBe(201);
  return body as { apiKey: { id: string; prefix: string }; key: string };
}
async function call(key: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, payload?: object) {
  const answer = await fixture.app.inject({
    method,
    url: path.startsWith('/api/') ? path : `/api/instances/${instanceId}${path}`,
    headers: { authorization: `Bearer ${key}` },
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body ? answer.json() : null };
}
const query = async (text: string, values: unknown[]) =>
  (await fixture.needs.deployment.pool.query(text, values)).rows;

test('a key is shown once, stored as a hash, and listed with its beginning, creator and last use', async () => {
  const { apiKey, key } = await create(['customers:read']);
  expect(key).toMatch(/^postroom_[\w-]{43}$/);
  const listed = async () =>
    (await admin.call('GET', '/api-keys')).body.apiKeys.find(({ id }: { id: string }) => id === apiKey.id);
  expect(await listed()).toMatchObject({
    name: 'Shop',
    prefix: key.slice(0, 15),
    scopes: ['customers:read'],
    createdBy: { id: admin.id },
    lastUsedAt: null,
  });
  expect(
    await query('select * from api_key where id = $1 and api_key::text like $2', [apiKey.id, `%${key}%`]),
  ).toEqual([]);
  expect((await call(key, 'GET', '/customers/list')).status).toBe(200);
  expect(await listed()).toMatchObject({ lastUsedAt: expect.any(String), lastUsedIp: '127.0.0.1' });
});

test('a key tells what it is and what it may do, with any scope', async () => {
  const { apiKey, key } = await create(['templates:read']);
  const own = await call(key, 'GET', '/api/key');
  expect(own).toMatchObject({
    status: 200,
    body: {
      apiKey: { id: apiKey.id, name: 'Shop', scopes: ['templates:read'] },
      instance: { id: instanceId },
    },
  });
  expect(JSON.stringify(own.body)).not.toContain(key);
  expect((await call(`${key}x`, 'GET', '/api/key')).status).toBe(401);
  const { headers } = admin;
  const session = await fixture.app.inject({ url: '/api/key', headers });
  expect(session.json()).toEqual({ apiKey: null, instance: null });
});

test('a key may do what its scopes name, in its organization only', async () => {
  const { key } = await create(['customers:read', 'conversations:write']);
  expect((await call(key, 'GET', '/customers/list')).status).toBe(200);
  expect((await call(key, 'PUT', `/tags/${uuid()}`, { name: 'vip' })).status).toBe(200);
  for (const [method, path] of [
    ['GET', '/conversations'],
    ['GET', '/mailboxes'],
    ['PATCH', `/customers/${uuid()}`],
    ['POST', `/customers/${uuid()}/delete`],
  ] as const) {
    expect(await call(key, method, path)).toMatchObject({
      status: 403,
      body: { code: 'api-key-scope-missing' },
    });
  }
  const agent = await fixture.person(instanceId, 'agent');
  const members = { owner: admin.id, admin: admin.id, agent: agent.id };
  const other = await seedInstance(fixture.needs.deployment, members);
  expect(await call(key, 'GET', `/api/instances/${other.instanceId}/customers/list`)).toMatchObject({
    status: 403,
    body: { code: 'not-a-member' },
  });
});

test('no key may create keys, invite people, or act as a person', async () => {
  const { apiKeyScopes } = await import('../../../instances/api-keys.ts');
  const { key } = await create([...apiKeyScopes]);
  for (const [method, path] of [
    ['GET', '/api-keys'],
    ['POST', '/api-keys'],
    ['POST', '/invitations'],
    ['PATCH', `/members/${admin.id}`],
    ['POST', `/members/${admin.id}/password-link`],
    ['GET', '/notifications'],
    ['POST', '/connections'],
    ['PATCH', ''],
    ['GET', '/api/me'],
    ['POST', '/api/instances'],
  ] as const) {
    expect(await call(key, method, path), path).toMatchObject({
      status: 403,
      body: { code: 'not-for-api-keys' },
    });
  }
});

test('a key that is expired, revoked, unknown, or of a deleted organization is refused', async () => {
  const revoked = await create(['customers:read']);
  const expired = await create(['customers:read'], {
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  await query('update api_key set expires_at = now() where id = $1', [expired.apiKey.id]);
  expect((await call(revoked.key, 'GET', '/customers/list')).status).toBe(200);
  expect((await admin.call('DELETE' as 'GET', `/api-keys/${revoked.apiKey.id}`)).status).toBe(204);
  for (const key of [revoked.key, expired.key, 'postroom_unknown', 'anything']) {
    const answer = await call(key, 'GET', '/customers/list');
    expect(answer).toMatchObject({ status: 401, body: { code: 'api-key-invalid' } });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  }
  const valid = await create(['customers:read']);
  await query('update instance set deleted_at = now() where id = $1', [instanceId]);
  expect((await call(valid.key, 'GET', '/customers/list')).status).toBe(401);
  await query('update instance set deleted_at = null where id = $1', [instanceId]);
});

test('a key that would have expired already is not created', async () => {
  const payload = { name: 'Late', scopes: ['customers:read'], expiresAt: new Date().toISOString() };
  expect(await admin.call('POST', '/api-keys', payload)).toMatchObject({
    status: 400,
    body: { code: 'api-key-expires-in-past', errors: [{ pointer: '#/expiresAt' }] },
  });
  const keys = await admin.call('GET', '/api-keys');
  expect(keys.body.apiKeys.map(({ name }: { name: string }) => name)).not.toContain('Late');
});

test('what a key does carries its name, and it is assigned nothing', async () => {
  const agent = await fixture.person(instanceId, 'agent');
  const members = { owner: admin.id, admin: admin.id, agent: agent.id };
  const world = await seedInstance(fixture.needs.deployment, members);
  const at = `/api/instances/${world.instanceId}`;
  const made = await fixture.app.inject({
    method: 'POST',
    url: `${at}/api-keys`,
    headers: admin.headers,
    payload: {
      name: 'Shop sync',
      scopes: ['conversations:read', 'messages:write', 'bulk-messages:write'],
      expiresAt: null,
    },
  });
  const { key } = made.json();
  const { conversationId } = world.ids;
  const note = { id: uuid(), html: '<p>Order 7</p>' };
  const noted = await call(key, 'POST', `${at}/conversations/${conversationId}/notes`, note);
  expect(noted).toMatchObject({ status: 201, body: { message: { author: { name: 'Shop sync' } } } });
  const draftId = uuid();
  const draft = {
    version: 0,
    kind: 'reply',
    conversationId,
    mailboxId: world.ids.mailboxId,
    to: ['ana@far.example'],
    cc: [],
    bcc: [],
    subject: '',
    html: '<p>Hello</p>',
  };
  expect((await call(key, 'PUT', `${at}/drafts/${draftId}`, draft)).status).toBe(200);
  expect((await call(key, 'POST', `${at}/drafts/${draftId}/send`, { version: 1 })).status).toBe(201);
  const page = await call(key, 'GET', `${at}/conversations/${conversationId}`);
  expect(page.body.conversation.assignee).toBeNull();
  const people = await fixture.app.inject({ url: `${at}/people`, headers: admin.headers });
  expect(people.body).not.toContain('Shop sync');
  expect(
    (
      await call(key, 'PUT', `${at}/bulk-messages/${uuid()}`, {
        subject: 'News',
        html: '<p>a</p>',
        mailboxId: world.ids.mailboxId,
      })
    ).status,
  ).toBe(200);
  const log = await fixture.app.inject({ url: `${at}/audit`, headers: admin.headers });
  expect(log.json().entries).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        action: 'bulk.created',
        actor: expect.objectContaining({ name: 'Shop sync' }),
      }),
      expect.objectContaining({ action: 'api-key.created', subject: 'Shop sync' }),
    ]),
  );
});

test('a live stream ends when its key is revoked', async () => {
  const { key, apiKey } = await create(['conversations:read']);
  const stream = await fetch(`${fixture.address}/api/instances/${instanceId}/events`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(stream.status).toBe(200);
  expect((await admin.call('DELETE' as 'GET', `/api-keys/${apiKey.id}`)).status).toBe(204);
  expect(await stream.text()).toMatch(/event: hello/);
});

test('the user of a key is deleted with its organization', async () => {
  const { apiKey } = await create(['customers:read']);
  const [{ userId }] = await query('select user_id as "userId" from api_key where id = $1', [apiKey.id]);
  await query('delete from api_key where id = $1', [apiKey.id]);
  expect(await query('select from users where id = $1', [userId])).toEqual([]);
});
