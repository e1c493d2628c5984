import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { createSealer } from '../google/seal.ts';
import { notWhilePaused } from '../jobs/background-jobs.ts';
import { superviseWork } from '../jobs/supervisor.ts';
import { resealAll } from '../mailboxes/reseal.ts';
import { networkAccess } from '../network/network-access.ts';
import type { Secrets } from '../secrets.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';
import { claimDeliveries, deliverToWebhook, enqueueDeliveries, findBehind } from './deliver-webhooks.ts';
import { webhookWork } from './recurring-work.ts';

/** A receiver over HTTP on this machine, which answers as told. */
type Received = { headers: IncomingHttpHeaders; body: string };
const received: Received[] = [];
let answer: { status: number; body?: string; location?: string } = { status: 204 };
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    if (answer.status === 0) return request.socket.destroy();
    response.writeHead(answer.status, answer.location ? { location: answer.location } : {}).end(answer.body);
  });
});
let receiverUrl: string;
let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let admin: Awaited<ReturnType<(typeof fixture)['person']>>;
let agent: typeof admin;
let world: SeededInstance;
let database: Database;
const network = networkAccess({ ports: null, inside: ['127.0.0.0/8'] });
const deps = () => ({ ...fixture.needs, network });

beforeAll(async () => {
  fixture = await createHttpFixture();
  ({ database } = fixture.needs);
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const { instanceId } = await fixture.admin();
  admin = await fixture.person(instanceId, 'admin');
  agent = await fixture.person(instanceId, 'agent');
});
beforeEach(async () => {
  received.length = 0;
  answer = { status: 204 };
  const members = { owner: admin.id, admin: admin.id, agent: agent.id };
  world = await seedInstance(fixture.needs.deployment, members);
  await query('delete from webhook where instance_id = $1', [world.instanceId]);
});
afterEach(() => query('update webhook set state = $1', ['paused']));
afterAll(async () => {
  receiver.close();
  await fixture?.close();
});

const query = async (text: string, values: unknown[] = []) =>
  (await fixture.needs.deployment.pool.query(text, values)).rows;
async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object) {
  const response = await fixture.app.inject({
    method,
    url: `/api/instances/${world.instanceId}/webhooks${path}`,
    headers: admin.headers,
    ...(payload && { payload }),
  });
  return { status: response.statusCode, body: response.body ? response.json() : null };
}
async function create(eventTypes: string[] = ['message.stored'], url = receiverUrl) {
  const { status, body } = await call('POST', '', { url, eventTypes });
  expect(status).toBe(201);
  return { id: body.webhook.id as string, secret: body.secret as string };
}
const store = (count = 1) =>
  database.inInstance(world.instanceId, async (tx) => {
    const { conversationId, messageId } = world.ids as { conversationId: string; messageId: string };
    for (let done = 0; done < count; done += 1) {
      recordEvent(tx, { type: 'message.stored', data: { conversationId, messageId, direction: 'inbound' } });
    }
  });
/** Everything that is due now: events become deliveries, and each is attempted once. */
async function deliverDue(now?: () => Date) {
  for (const webhook of await findBehind(fixture.needs.deployment, 10))
    await enqueueDeliveries(database, webhook);
  for (;;) {
    const claimed = await claimDeliveries(fixture.needs.deployment, 50);
    if (claimed.length === 0) return;
    await Promise.all(claimed.map((delivery) => deliverToWebhook(deps(), delivery, now)));
  }
}
const makeDue = () => query(`update webhook_delivery set next_attempt_at = now() where state = 'pending'`);
const log = async (id: string) => (await call('GET', `/${id}/deliveries`)).body.deliveries;
const stateOf = async (id: string) =>
  (await call('GET', '')).body.webhooks.find((one: { id: string }) => one.id === id);

test('an event is delivered once, signed, with ids and no content', async () => {
  const { id, secret } = await create();
  await store();
  await deliverDue();
  await deliverDue();
  expect(received).toHaveLength(1);
  const { headers, body } = received[0]!;
  const event = new Webhook(secret).verify(body, headers as Record<string, string>);
  const { conversationId, messageId } = world.ids;
  expect(event).toEqual({
    type: 'message.stored',
    timestamp: expect.any(String),
    data: { instanceId: world.instanceId, conversationId, messageId, direction: 'inbound' },
  });
  expect(body).not.toContain(world.marker);
  expect(await log(id)).toMatchObject([
    { id: headers['webhook-id'], state: 'delivered', attempts: 1, lastStatus: 204, problem: null },
  ]);
  expect(await query(`select from webhook where secret like '%' || $1 || '%'`, [secret])).toEqual([]);
});

test('only the chosen events are delivered, and none of a change that was rolled back', async () => {
  const { id } = await create(['customer.changed']);
  await store();
  await expect(
    database.inInstance(world.instanceId, async (tx) => {
      recordEvent(tx, { type: 'customer.changed', data: { customerId: world.ids.customerId! } });
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow();
  await deliverDue();
  expect(await log(id)).toEqual([]);
});

test('processes that enqueue at the same moment write each delivery once', async () => {
  const { id } = await create();
  await store(20);
  const webhook = { instanceId: world.instanceId, webhookId: id };
  await Promise.all([1, 2, 3].map(() => enqueueDeliveries(database, webhook)));
  expect(await query('select from webhook_delivery where webhook_id = $1', [id])).toHaveLength(20);
  const claims = await Promise.all([1, 2, 3].map(() => claimDeliveries(fixture.needs.deployment, 50)));
  const ids = claims.flat().map(({ deliveryId }) => deliveryId);
  expect(new Set(ids).size).toBe(ids.length);
  // A slow webhook leaves room for others.
  expect(ids.length).toBeLessThanOrEqual(5);
});

test('a refused delivery is repeated with the same id after a growing delay', async () => {
  const { id } = await create();
  answer = { status: 500, body: 'no room' };
  await store();
  const delays: number[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const now = Date.now();
    await makeDue();
    await deliverDue(() => new Date(now));
    const [{ nextAttemptAt }] = await log(id);
    if (nextAttemptAt) delays.push(Math.round((Date.parse(nextAttemptAt) - now) / 1000));
  }
  expect(delays).toHaveLength(9);
  expect(delays[0]).toBeLessThan(10);
  expect(delays.toSorted((a, b) => a - b)).toEqual(delays);
  expect(delays.reduce((sum, delay) => sum + delay)).toBeGreaterThan(60 * 3_600);
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(await log(id)).toMatchObject([
    {
      state: 'failed',
      attempts: 10,
      lastStatus: 500,
      response: 'no room',
      problem: { code: 'webhook-refused' },
    },
  ]);
  answer = { status: 200 };
  const [{ id: deliveryId }] = await log(id);
  expect((await call('POST', `/${id}/deliveries/${deliveryId}/replay`)).status).toBe(202);
  await deliverDue();
  expect(received.at(-1)!.headers['webhook-id']).toBe(deliveryId);
  expect(await log(id)).toMatchObject([{ state: 'delivered', response: null }]);
});

test('what failed since a time is delivered again on request', async () => {
  const { id } = await create();
  await store(3);
  await deliverDue();
  await query(`update webhook_delivery set state = 'failed', next_attempt_at = null where webhook_id = $1`, [
    id,
  ]);
  expect((await call('POST', `/${id}/replay`, { since: new Date(Date.now() + 60_000) })).body).toEqual({
    count: 0,
  });
  expect((await call('POST', `/${id}/replay`, { since: new Date(0) })).body).toEqual({ count: 3 });
  await deliverDue();
  expect(received).toHaveLength(6);
});

test('a webhook that fails for five days is disabled, and admins are told', async () => {
  const { id } = await create();
  answer = { status: 0 };
  await store(2);
  await deliverDue();
  expect(await stateOf(id)).toMatchObject({ state: 'active', failingSince: expect.any(String) });
  await makeDue();
  await deliverDue(() => new Date(Date.now() + 5 * 24 * 3_600_000));
  expect(await stateOf(id)).toMatchObject({ state: 'disabled' });
  const notices = await fixture.app.inject({
    url: `/api/instances/${world.instanceId}/notifications`,
    headers: admin.headers,
  });
  expect(notices.json().notifications[0]).toMatchObject({
    kind: 'webhook.disabled',
    webhook: { id, url: receiverUrl },
  });
  // Resumed, it gets what was waiting, and what happens from then on.
  const sent = received.length;
  await store();
  await deliverDue();
  expect(received).toHaveLength(sent);
  answer = { status: 200 };
  expect((await call('PATCH', `/${id}`, { state: 'active' })).body.webhook).toMatchObject({
    failingSince: null,
  });
  await makeDue();
  await deliverDue();
  expect(received).toHaveLength(sent + 2);
  await store();
  await deliverDue();
  expect(received).toHaveLength(sent + 3);
});

test('a receiver that answers 410 is disabled at once', async () => {
  const { id } = await create();
  answer = { status: 410 };
  await store();
  await deliverDue();
  expect(await stateOf(id)).toMatchObject({ state: 'disabled' });
});

test('after a rotation both secrets sign for a day', async () => {
  const { id, secret } = await create();
  const rotated = (await call('POST', `/${id}/rotate-secret`)).body;
  await store();
  await deliverDue();
  const { headers, body } = received[0]!;
  for (const one of [secret, rotated.secret]) {
    expect(() => new Webhook(one).verify(body, headers as Record<string, string>)).not.toThrow();
  }
  await query(`update webhook set former_secret_until = now() where id = $1`, [id]);
  await store();
  await deliverDue();
  const later = received[1]!;
  expect(() =>
    new Webhook(rotated.secret).verify(later.body, later.headers as Record<string, string>),
  ).not.toThrow();
  expect(() => new Webhook(secret).verify(later.body, later.headers as Record<string, string>)).toThrow();
});

test('redirects are not followed, and addresses inside are refused unless they are allowed', async () => {
  const { id } = await create();
  answer = { status: 302, location: `${receiverUrl}/elsewhere` };
  await store();
  await deliverDue();
  expect(received).toHaveLength(1);
  expect(await log(id)).toMatchObject([{ problem: { code: 'webhook-redirected' } }]);
  const inside = networkAccess({ ports: null, inside: ['10.0.0.0/8'] });
  const named = { ...networkAccess({ ports: null }), lookup: async () => ['127.0.0.1'] };
  for (const refusing of [inside, named]) {
    await makeDue();
    const [claimed] = await claimDeliveries(fixture.needs.deployment, 1);
    await deliverToWebhook({ ...fixture.needs, network: refusing }, claimed!);
    expect(await log(id)).toMatchObject([{ problem: { code: 'webhook-address-refused' } }]);
  }
  expect(received).toHaveLength(1);
});

test('what a receiver answered is deleted with what the event was about', async () => {
  const { id } = await create();
  answer = { status: 400, body: `I read ${world.marker}` };
  await store();
  await deliverDue();
  expect(await log(id)).toMatchObject([{ response: `I read ${world.marker}` }]);
  const redacted = await fixture.app.inject({
    method: 'DELETE',
    url: `/api/instances/${world.instanceId}/messages/${world.ids.messageId}`,
    headers: admin.headers,
  });
  expect(redacted.statusCode).toBe(204);
  expect(await log(id)).toMatchObject([{ response: null }]);
});

test('the log has pages, and a test event arrives through the recurring work', async () => {
  const { id } = await create();
  await store(5);
  const stopping = new AbortController();
  const work = superviseWork(webhookWork(deps()), {
    log: pino({ level: 'silent' }),
    signal: stopping.signal,
  });
  const { body } = await call('POST', `/${id}/test`);
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(6);
  stopping.abort();
  await work;
  expect(received.some(({ headers }) => headers['webhook-id'] === body.deliveryId)).toBe(true);
  const first = (await call('GET', `/${id}/deliveries?limit=4`)).body;
  expect(first.deliveries).toHaveLength(4);
  const second = (await call('GET', `/${id}/deliveries?limit=4&after=${first.next}`)).body;
  expect(second).toMatchObject({ deliveries: [{}, {}], next: null });
  expect((await call('GET', `/${id}/deliveries?state=failed`)).body.deliveries).toEqual([]);
  expect((await call('DELETE', `/${id}`)).status).toBe(204);
  expect((await call('GET', `/${id}/deliveries`)).status).toBe(404);
});

test('while a restored copy is paused nothing is delivered, and afterwards all of it, once', async () => {
  const { id } = await create();
  await store(2);
  let isPaused = true;
  let asked = 0;
  const pause = {
    isPaused: () => {
      asked += 1;
      return isPaused;
    },
  };
  const stopping = new AbortController();
  const rows = webhookWork(deps()).map((row) => notWhilePaused(row, pause));
  const work = superviseWork(rows, { log: pino({ level: 'silent' }), signal: stopping.signal });
  // Each of the two loops has looked for work more than once.
  await expect.poll(() => asked).toBeGreaterThan(5);
  expect(received).toEqual([]);
  expect(await log(id)).toEqual([]);
  isPaused = false;
  await expect.poll(() => received.length).toBe(2);
  stopping.abort();
  await work;
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  expect(await log(id)).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
});

test('a webhook signs with its own secrets while that of the deployment is changed, and after it', async () => {
  const [former, next] = ['a secret for testing, long enough', 'the next secret, which is long enough'];
  const { id, secret } = await create();
  const rotated = (await call('POST', `/${id}/rotate-secret`)).body.secret as string;
  const verifyNewest = async (secrets: Secrets) => {
    received.length = 0;
    await store();
    const sealer = createSealer(secrets);
    for (const webhook of await findBehind(fixture.needs.deployment, 10))
      await enqueueDeliveries(database, webhook);
    for (const delivery of await claimDeliveries(fixture.needs.deployment, 50))
      await deliverToWebhook({ ...deps(), sealer }, delivery);
    const { headers, body } = received[0]!;
    // Both are valid for a day after the rotation.
    for (const one of [secret, rotated]) new Webhook(one).verify(body, headers as Record<string, string>);
  };
  await verifyNewest([next, former]);
  await resealAll(fixture.needs.deployment, [next, former]);
  await verifyNewest([next]);
  // The other tests read it with the former one.
  await resealAll(fixture.needs.deployment, [former, next]);
  await verifyNewest([former]);
});

test('the example of docs/webhooks.md tells Slack who wrote', async () => {
  const document = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
  const source = /<!-- example: slack-notification\.mjs -->\s+```js\n(.*?)```/s.exec(document)![1]!;
  const slack = createServer((request, response) => {
    request.on('data', (chunk) => posted.push(JSON.parse(String(chunk)).text));
    response.end('ok');
  });
  const posted: string[] = [];
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
  const created = await fixture.app.inject({
    method: 'POST',
    url: `/api/instances/${world.instanceId}/api-keys`,
    headers: admin.headers,
    payload: { name: 'Slack', scopes: ['conversations:read'], expiresAt: null },
  });
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const { secret } = await create(['message.stored'], `http://127.0.0.1:${port}/`);
  // Within the server's folder, where its libraries are found.
  const file = fileURLToPath(new URL(`slack-notification.${port}.mjs`, import.meta.url));
  writeFileSync(file, source);
  const program = spawn(process.execPath, [file], {
    env: {
      POSTROOM_URL: fixture.address,
      POSTROOM_SLUG: 'acme',
      POSTROOM_API_KEY: created.json().key,
      WEBHOOK_SECRET: secret,
      SLACK_URL: `http://127.0.0.1:${(slack.address() as AddressInfo).port}/`,
      PORT: String(port),
    },
  });
  try {
    await once(program.stdout, 'data');
    await store();
    await deliverDue();
    expect(posted).toEqual([
      `Ana ${world.marker} wrote: ${world.marker}\n${fixture.address}/acme/inbox/open/${world.ids.conversationId}`,
    ]);
  } finally {
    program.kill();
    rmSync(file);
    slack.close();
  }
});
