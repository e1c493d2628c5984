import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startForTest } from '../testing.ts';
import { publishNotification } from './publish.ts';
import { gmailMayPublish, gmailPublisher, setIam } from './topics.ts';

let google: Awaited<ReturnType<typeof startForTest>>;
beforeAll(async () => {
  google = await startForTest();
});
afterAll(() => google.end());

// biome-ignore lint/suspicious/noExplicitAny: what JSON holds is what the test asserts
type Json = any;
const day = 86_400_000;
let made = 0;

async function call(method: string, path: string, body?: object): Promise<{ status: number; json: Json }> {
  const response = await fetch(`${google.url}/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

async function topicWith(options: object = {}): Promise<{ topic: string; subscription: string }> {
  const topic = `projects/p/topics/topic-${++made}`;
  const subscription = `projects/p/subscriptions/sub-${made}`;
  expect((await call('PUT', topic)).status).toBe(200);
  expect((await call('PUT', subscription, { topic, ...options })).status).toBe(200);
  return { topic, subscription };
}

const publish = (topic: string, ...texts: string[]) =>
  call('POST', `${topic}:publish`, { messages: texts.map((text) => ({ data: btoa(text) })) });

async function pull(subscription: string, options: object = {}) {
  const { json } = await call('POST', `${subscription}:pull`, {
    maxMessages: 10,
    returnImmediately: true,
    ...options,
  });
  const received: { ackId: string; message: { data: string; messageId: string; publishTime: string } }[] =
    json.receivedMessages ?? [];
  return received.map(({ ackId, message }) => ({ ackId, text: atob(message.data), id: message.messageId }));
}

test('topics and subscriptions: create, list, ALREADY_EXISTS, delete', async () => {
  const { topic, subscription } = await topicWith();
  const name = topic.split('/')[3];
  expect(await call('PUT', topic)).toEqual({
    status: 409,
    json: {
      error: {
        code: 409,
        message: `Resource already exists in the project (resource=${name}).`,
        status: 'ALREADY_EXISTS',
      },
    },
  });
  expect((await call('GET', 'projects/p/topics')).json.topics).toContainEqual({ name: topic });
  expect((await call('GET', `${topic}/subscriptions`)).json.subscriptions).toEqual([subscription]);
  expect((await call('GET', subscription)).json).toMatchObject({
    topic,
    ackDeadlineSeconds: 10,
    expirationPolicy: { ttl: '2678400s' },
    pushConfig: {},
    state: 'ACTIVE',
  });
  expect((await call('DELETE', subscription)).status).toBe(200);
  expect((await call('DELETE', topic)).status).toBe(200);
  expect((await call('GET', topic)).json.error.status).toBe('NOT_FOUND');
  expect((await call('PUT', 'projects/p/topics/1x')).json.error.status).toBe('INVALID_ARGUMENT');
  expect((await call('PUT', 'projects/p/subscriptions/lost', { topic })).status).toBe(404);
});

test('a message is redelivered until it is acknowledged', async () => {
  const { topic, subscription } = await topicWith();
  const { messageIds } = (await publish(topic, 'one', 'two')).json;
  const first = await pull(subscription);
  expect(first.map(({ text, id }) => [text, id])).toEqual([
    ['one', messageIds[0]],
    ['two', messageIds[1]],
  ]);
  expect(await pull(subscription)).toEqual([]);
  await call('POST', `${subscription}:acknowledge`, { ackIds: [first[0]!.ackId] });
  google.simulator.clock.advance(10_001);
  const again = await pull(subscription);
  expect(again.map(({ text }) => text)).toEqual(['two']);
  await call('POST', `${subscription}:modifyAckDeadline`, {
    ackIds: [again[0]!.ackId],
    ackDeadlineSeconds: 0,
  });
  const third = await pull(subscription);
  expect(third.map(({ text }) => text)).toEqual(['two']);
  await call('POST', `${subscription}:modifyAckDeadline`, {
    ackIds: [third[0]!.ackId],
    ackDeadlineSeconds: 60,
  });
  google.simulator.clock.advance(11_000);
  expect(await pull(subscription)).toEqual([]);
  google.simulator.clock.advance(50_000);
  expect((await pull(subscription)).length).toBe(1);
});

test('a waiting pull responds when a message is published', async () => {
  const { topic, subscription } = await topicWith();
  const waiting = pull(subscription, { returnImmediately: false });
  await expect.poll(() => google.simulator.wakeUps.listenerCount('pubsub')).toBeGreaterThan(1);
  const began = performance.now();
  await publish(topic, 'now');
  expect((await waiting).map(({ text }) => text)).toEqual(['now']);
  // The message ended the wait, not the timeout of ten seconds.
  expect(performance.now() - began).toBeLessThan(8_000);
});

test('an unused subscription expires after 31 days, or never if so set', async () => {
  const usual = await topicWith();
  const never = await topicWith({ expirationPolicy: {} });
  const used = await topicWith();
  google.simulator.clock.advance(20 * day);
  await pull(used.subscription);
  google.simulator.clock.advance(12 * day);
  expect((await call('GET', usual.subscription)).status).toBe(404);
  expect((await call('GET', never.subscription)).json.expirationPolicy).toEqual({});
  expect((await call('GET', used.subscription)).status).toBe(200);
});

test('Gmail publishes only if the topic policy allows it', async () => {
  const { topic } = await topicWith();
  expect(gmailMayPublish(google.simulator, topic)).toBe('not-allowed');
  const { json } = await call('GET', `${topic}:getIamPolicy`);
  const bindings = [{ role: 'roles/pubsub.publisher', members: [gmailPublisher] }];
  const set = await call('POST', `${topic}:setIamPolicy`, { policy: { bindings, etag: json.etag } });
  expect(set.json.bindings).toEqual(bindings);
  expect(gmailMayPublish(google.simulator, topic)).toBe('yes');
  const stale = await call('POST', `${topic}:setIamPolicy`, { policy: { bindings: [], etag: json.etag } });
  expect(stale.json.error.status).toBe('ABORTED');
  expect(gmailMayPublish(google.simulator, 'projects/p/topics/absent')).toBe('no-topic');
});

test('without IAM, as in the emulator, policies are UNIMPLEMENTED and anyone may publish', async () => {
  const { topic } = await topicWith();
  setIam(google.simulator, false);
  const calls = [
    call('GET', `${topic}:getIamPolicy`),
    call('POST', `${topic}:setIamPolicy`, { policy: { bindings: [] } }),
    call('POST', `${topic}:testIamPermissions`, { permissions: ['pubsub.topics.publish'] }),
  ];
  for (const answer of await Promise.all(calls)) {
    expect(answer).toMatchObject({ status: 501, json: { error: { code: 501, status: 'UNIMPLEMENTED' } } });
  }
  expect(gmailMayPublish(google.simulator, topic)).toBe('yes');
  expect((await publish(topic, 'still published')).status).toBe(200);
  setIam(google.simulator, true);
  expect((await call('GET', `${topic}:getIamPolicy`)).status).toBe(200);
});

test('drops more than one notification a second for a mailbox; faults', async () => {
  const { topic, subscription } = await topicWith();
  const { simulator } = google;
  const notify = (historyId: string, emailAddress = 'support@acme.example') =>
    publishNotification(simulator, topic, { emailAddress, historyId });
  expect([notify('18446744073709551000'), notify('18446744073709551001')]).toEqual(['published', 'dropped']);
  expect(notify('7', 'sales@acme.example')).toBe('published');
  expect((await pull(subscription)).map(({ text }) => text)).toEqual([
    '{"emailAddress":"support@acme.example","historyId":18446744073709551000}',
    '{"emailAddress":"sales@acme.example","historyId":7}',
  ]);
  simulator.clock.advance(1000);
  simulator.hooks.notification = () => ({ copies: 2, delayMs: 0 });
  notify('8');
  expect((await pull(subscription)).map(({ text }) => text)).toEqual(
    Array(2).fill(expect.stringContaining(':8}')),
  );
  simulator.clock.advance(1000);
  simulator.hooks.notification = () => ({ copies: 1, delayMs: 5000 });
  notify('9');
  simulator.clock.advance(1000);
  simulator.hooks.notification = undefined;
  notify('10');
  expect((await pull(subscription)).map(({ text }) => text)).toEqual([expect.stringContaining(':10}')]);
  simulator.clock.advance(4000);
  expect((await pull(subscription)).map(({ text }) => text)).toEqual([expect.stringContaining(':9}')]);
});

test('push sends a signed token and retries until it is acknowledged', async () => {
  const seen: { authorization: string | undefined; body: Json }[] = [];
  const answers = [500, 404, 204];
  const endpoint = await startReceiver((authorization, body) => {
    seen.push({ authorization, body });
    return answers[seen.length - 1] ?? 204;
  });
  const serviceAccountEmail = 'pusher@p.iam.gserviceaccount.com';
  const pushEndpoint = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/notify`;
  const { topic, subscription } = await topicWith({
    pushConfig: { pushEndpoint, oidcToken: { serviceAccountEmail } },
  });
  await publish(topic, 'pushed');
  await expect.poll(() => seen.length).toBe(3);
  expect(seen[2]!.body).toMatchObject({ subscription, message: { data: btoa('pushed') } });
  expect(seen[2]!.body.message.messageId).toBe(seen[0]!.body.message.messageId);
  const keys = createRemoteJWKSet(new URL(`${google.url}/oauth2/v3/certs`));
  const { payload } = await jwtVerify(seen[0]!.authorization!.replace('Bearer ', ''), keys, {
    audience: pushEndpoint,
    issuer: google.url,
  });
  expect(payload).toMatchObject({ email: serviceAccountEmail, email_verified: true });
  expect((await call('POST', `${subscription}:pull`, { maxMessages: 1 })).json.error.status).toBe(
    'FAILED_PRECONDITION',
  );
  await expect
    .poll(() => google.simulator.store.get('SELECT 1 FROM deliveries WHERE subscription = ?', subscription))
    .toBe(undefined);
  await call('POST', `${subscription}:modifyPushConfig`, { pushConfig: {} });
  await publish(topic, 'pulled');
  expect((await pull(subscription)).map(({ text }) => text)).toEqual(['pulled']);
  endpoint.close();
});

test('pushes only to this machine', async () => {
  const { topic } = await topicWith();
  const { json } = await call('PUT', 'projects/p/subscriptions/outside', {
    topic,
    pushConfig: { pushEndpoint: 'https://example.com/' },
  });
  expect(json.error.status).toBe('INVALID_ARGUMENT');
});

async function startReceiver(
  answer: (authorization: string | undefined, body: unknown) => number,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    response.writeHead(answer(request.headers.authorization, JSON.parse(text))).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
