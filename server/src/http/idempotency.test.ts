import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let world: SeededInstance;
let admin: Awaited<ReturnType<(typeof fixture)['person']>>;
let colleague: typeof admin;
const template = { name: 'Ours', html: '<p>{{draft.htmlBody}}</p>' };

beforeAll(async () => {
  fixture = await createHttpFixture();
  const { instanceId } = await fixture.admin();
  admin = await fixture.person(instanceId, 'admin');
  colleague = await fixture.person(instanceId, 'admin');
  const members = { owner: admin.id, admin: admin.id, agent: colleague.id };
  world = await seedInstance(fixture.needs.deployment, members);
});
afterAll(() => fixture?.close());

async function post(path: string, key: string, payload: object, who = admin) {
  const answer = await fixture.app.inject({
    method: 'POST',
    url: `/api/instances/${world.instanceId}${path}`,
    headers: { ...who.headers, 'idempotency-key': key },
    payload,
  });
  const { statusCode: status, headers, body } = answer;
  return { status, replayed: headers['idempotent-replayed'], body: body ? JSON.parse(body) : null };
}
const query = async (text: string, values: unknown[] = []) =>
  (await fixture.needs.deployment.pool.query(text, values)).rows;
const templates = async () =>
  (await query('select name from template where name = $1', [template.name])).length;

test('a repeated request has the answer of the first, and changes nothing', async () => {
  const before = await templates();
  const first = await post('/templates', 'one', template);
  expect(first).toMatchObject({ status: 201, body: { template: { name: 'Ours' } } });
  // As structured fields write a string (RFC 9651), and as most clients do.
  for (const key of ['one', '"one"']) {
    expect(await post('/templates', key, template)).toEqual({ ...first, replayed: 'true' });
  }
  expect(await templates()).toBe(before + 1);
  // Each user has their own keys.
  const note = `/customers/${world.ids.customerId}/notes`;
  expect((await post(note, 'one', { body: 'Theirs' }, colleague)).status).toBe(201);
});

test('another request with the same key is refused with 422', async () => {
  await post('/templates', 'two', template);
  for (const [path, body] of [
    ['/templates', { ...template, name: 'Another' }],
    [`/customers/${world.ids.customerId}/notes`, { body: 'A note' }],
  ] as const) {
    expect(await post(path, 'two', body)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
  }
});

test('a request repeated while the first is under way is refused with 409', async () => {
  const client = await fixture.needs.deployment.pool.connect();
  await client.query('begin; lock table template in exclusive mode');
  const before = await templates();
  const first = post('/templates', 'three', template);
  await expect.poll(() => query(`select from idempotency_key where key = 'three'`)).toHaveLength(1);
  expect(await post('/templates', 'three', template)).toMatchObject({
    status: 409,
    body: { code: 'request-under-way' },
  });
  await client.query('commit');
  client.release();
  expect((await first).status).toBe(201);
  expect(await post('/templates', 'three', template)).toEqual({ ...(await first), replayed: 'true' });
  expect(await templates()).toBe(before + 1);
});

test('a refused request that changed nothing may be repeated with its key', async () => {
  const wrong = { fromId: world.ids.customerId };
  const merge = () => post(`/customers/${world.ids.customerId}/merge`, 'four', wrong);
  const refused = await merge();
  expect(refused.status).toBe(400);
  expect(await merge()).toEqual(refused);
  expect(await post('/templates', 'a\u00e4', template)).toMatchObject({
    status: 400,
    body: { code: 'idempotency-key-invalid' },
  });
});

test('after its process ended, a request that changed nothing is new, and any other is not repeated', async () => {
  const abandon = (key: string) =>
    query(
      `update idempotency_key set status = null, body = null, started_at = now() - interval '6 minutes'
      where key = $1 returning committed`,
      [key],
    );
  await post('/templates', 'five', template);
  const before = await templates();
  expect(await abandon('five')).toEqual([{ committed: true }]);
  expect(await post('/templates', 'five', template)).toMatchObject({
    status: 409,
    body: { code: 'repeated-answer-lost' },
  });
  expect(await templates()).toBe(before);
  await query(`update idempotency_key set committed = false where key = 'five'`);
  expect((await post('/templates', 'five', template)).status).toBe(201);
  expect(await templates()).toBe(before + 1);
});

test('a request that only reads is not marked as one that changed something', async () => {
  const preview = { html: template.html, conversationId: null, mailboxId: null, sampleHtml: '' };
  expect((await post('/template-previews', 'six', preview)).status).toBe(200);
  expect(await query(`select committed from idempotency_key where key = 'six'`)).toEqual([
    { committed: false },
  ]);
});

test('answers with secrets are not stored, and redaction deletes the stored ones', async () => {
  const invite = () => post('/invitations', 'seven', { email: 'new@far.example', role: 'agent' });
  expect((await invite()).status).toBe(201);
  expect(await invite()).toMatchObject({ status: 409, body: { code: 'repeated-answer-not-kept' } });

  const note = () => post(`/customers/${world.ids.customerId}/notes`, 'eight', { body: 'A word' });
  expect((await note()).status).toBe(201);
  expect(await note()).toMatchObject({ status: 201, replayed: 'true' });
  const redacted = await fixture.app.inject({
    method: 'DELETE',
    url: `/api/instances/${world.instanceId}/messages/${world.ids.messageId}`,
    headers: admin.headers,
  });
  expect(redacted.statusCode).toBe(204);
  expect(await note()).toMatchObject({ status: 409, body: { code: 'repeated-answer-not-kept' } });
  expect(
    await query('select from idempotency_key where body is not null and instance_id = $1', [
      world.instanceId,
    ]),
  ).toEqual([]);
});
