import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { markRead } from '../conversations/change-conversation.ts';
import { updatePresence } from '../conversations/presence.ts';
import { createSealer } from '../google/seal.ts';
import { endSessions } from '../instances/end-sign-ins.ts';
import { deactivate } from '../instances/members.ts';
import { publicInternet } from '../network/network-access.ts';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { startPushService } from '../testing/push-service.ts';
import { updatePreferences } from './preferences.ts';
import { claimDuePushes, deliverPush, type PushDeps } from './push-deliveries.ts';
import { pushKeys } from './push-keys.ts';
import { isSubscribed, subscribe } from './push-subscriptions.ts';

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
let service: Awaited<ReturnType<typeof startPushService>>;
let deps: PushDeps;
let userId: string;
let sessionId: string;
let topic: string;
let conversationId: string;
let count = 0;

beforeAll(async () => {
  fixture = await createInboxFixture();
  service = await startPushService();
  userId = fixture.admin.browser.userId;
  const { deployment, database, sealer } = fixture.needs;
  deps = { deployment, database, sealer, contact: 'https://postroom.example', network: service.network };
});
afterAll(async () => {
  await service?.close();
  await fixture?.close();
});
beforeEach(async () => {
  await fixture.needs.deployment.pool.query('delete from session');
  count += 1;
  topic = `Topic ${count}`;
  sessionId = await session(later(600));
  service.received.length = 0;
  await fixture.read((tx) => updatePreferences(tx, userId, { assigned: 'app', unassigned: 'app' }));
  await fixture.receive({ from: 'Old <old@far.example>', subject: `Earlier ${topic}` });
  await push(); // What began before this browser asked is not pushed to it.
  await fixture.read((tx) => subscribe(tx, { userId, sessionId }, service.browser('phone'), deps.sealer));
});

async function session(expiresAt: Date): Promise<string> {
  const id = uuid();
  await fixture.needs.deployment.sql
    .insertInto('session')
    .values({ id, userId, token: id, expiresAt, updatedAt: new Date() })
    .execute();
  return id;
}
/** Sends what is due by `now`, as the recurring work does; returns the outcomes. */
async function push(now = new Date(Date.now() + 4_000)) {
  const outcomes = [];
  for (const ref of await claimDuePushes(fixture.needs.deployment, now))
    outcomes.push((await deliverPush(deps, ref, now)).kind);
  return outcomes;
}
async function customerWrites(text = 'the words of the customer') {
  await fixture.receive({ from: 'Ana Silva <ana@far.example>', subject: topic, body: text });
  conversationId = (await fixture.conversationOf(topic)).id;
}
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const isOn = () => fixture.read((tx) => isSubscribed(tx, { userId, sessionId }));

test('a browser is told who wrote and how often, never a subject or words', async () => {
  await customerWrites();
  expect(await push(new Date())).toEqual([]); // Somebody who looks has three seconds to read it.
  expect(await push()).toEqual(['sent']);
  const [{ message, headers }] = service.received as [(typeof service.received)[0]];
  expect(message).toEqual({
    title: 'Ana Silva',
    body: 'New message',
    tag: `conversation ${conversationId}`,
    path: expect.stringMatching(new RegExp(`^/[^/]+/inbox/open/${conversationId}$`)),
  });
  expect(headers).toMatchObject({ ttl: '43200', 'content-encoding': 'aes128gcm', urgency: 'normal' });
  expect(headers.topic).toMatch(/^[\w-]{32}$/);
  expect(await push(later(60))).toEqual([]);
});

test('nothing is pushed of what was read, is looked at, or is not wanted', async () => {
  await customerWrites();
  await fixture.read((tx) => markRead(tx, conversationId, userId, new Date()));
  expect(await push()).toEqual(['unneeded']);

  topic += ' again';
  await customerWrites();
  await fixture.read((tx) =>
    updatePresence(tx, conversationId, { userId, isPresent: true, now: new Date() }),
  );
  expect(await push()).toEqual(['unneeded']);

  topic += ' and again';
  await customerWrites();
  await fixture.read((tx) => updatePreferences(tx, userId, { unassigned: 'none' }));
  expect(await push()).toEqual(['unneeded']);
  expect(service.received).toEqual([]);
});

test('a deleted message is not pushed', async () => {
  await customerWrites();
  await fixture.read((tx) =>
    tx.sql
      .updateTable('message')
      .set({ deletedAt: new Date() })
      .where('conversationId', '=', conversationId)
      .execute(),
  );
  expect(await push()).toEqual(['unneeded']);
});

test('it is sent again after 429, 503 and no answer, as late as the push service asks', async () => {
  service.answers.push({ status: 429, headers: { 'retry-after': '120' } }, { status: 503 });
  await customerWrites();
  expect(await push()).toEqual(['retry']);
  expect(await push(later(1))).toEqual([]);
  expect(await push(later(3))).toEqual(['retry']);
  deps = {
    ...deps,
    network: { ...service.network, lookup: () => Promise.reject(new Error('no such name')) },
  };
  expect(await push(later(6))).toEqual(['retry']);
  deps = { ...deps, network: service.network };
  expect(await push(later(10))).toEqual(['sent']);
});

test.each([404, 410])('a browser that is gone (%i) is forgotten', async (status) => {
  service.answers.push({ status });
  await customerWrites();
  expect(await push()).toEqual(['gone']);
  expect(await isOn()).toBe(false);
});

test('a redirect is not followed, and a refusal is dropped', async () => {
  service.answers.push({ status: 307, headers: { location: 'http://127.0.0.1/' } });
  await customerWrites();
  expect(await push()).toEqual(['refused']);
  expect(await push(later(60))).toEqual([]);
  expect(await isOn()).toBe(true);
});

test.each([
  'http://push.example/a',
  'https://127.0.0.1/a',
  'https://[::1]/a',
  'https://169.254.169.254/latest/meta-data',
  'https://localhost/a',
  'https://push.example:22/a',
])('nothing is sent to %s', async (endpoint) => {
  const { keys } = service.browser('phone');
  await fixture.read((tx) => subscribe(tx, { userId, sessionId }, { endpoint, keys }, deps.sealer));
  await customerWrites();
  const inside = { ...publicInternet, lookup: async () => ['127.0.0.1'] };
  const [ref] = await claimDuePushes(fixture.needs.deployment, later(1));
  expect(await deliverPush({ ...deps, network: inside }, ref!, new Date())).toEqual({ kind: 'gone' });
  expect(service.received).toEqual([]);
});

test('signing out, an expired session and losing access end it', async () => {
  await endSessions(fixture.needs.deployment.sql, userId, { only: sessionId });
  expect(await isOn()).toBe(false);

  sessionId = await session(new Date(Date.now() + 1_000));
  await fixture.read((tx) => subscribe(tx, { userId, sessionId }, service.browser('phone'), deps.sealer));
  await customerWrites();
  expect(await push(later(1))).toEqual([]);
  expect(await isOn()).toBe(false);

  const { id: other } = await fixture.needs.deployment.sql
    .insertInto('users')
    .values({ id: uuid(), email: `${uuid()}@acme.example`, name: 'Bo', emailVerified: true, image: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { instanceId } = fixture;
  await fixture.needs.deployment.sql
    .insertInto('membership')
    .values({ instanceId, userId: other, role: 'agent' })
    .execute();
  const browser = { userId: other, sessionId: await session(later(60)) };
  await fixture.read((tx) => subscribe(tx, browser, service.browser('desk'), deps.sealer));
  const actor = { id: userId, name: 'Alex', ipAddress: null };
  await fixture.read((tx) => deactivate(tx, { userId: other, actor: actor as never, now: new Date() }));
  expect(await fixture.read((tx) => isSubscribed(tx, browser))).toBe(false);
});

test('a browser belongs to whoever signed in last, and is subscribed once', async () => {
  const target = service.browser('phone');
  const again = { userId, sessionId: await session(later(60)) };
  await fixture.read((tx) => subscribe(tx, { userId, sessionId }, target, deps.sealer));
  await fixture.read((tx) => subscribe(tx, again, target, deps.sealer));
  expect(await fixture.read((tx) => isSubscribed(tx, again))).toBe(true);
  expect(await isOn()).toBe(false);
  await customerWrites();
  expect(await push()).toEqual(['sent']);
});

test('the key and the endpoints are sealed, and a lost secret makes new ones', async () => {
  const keys = await pushKeys(deps.deployment, deps.sealer);
  expect(await pushKeys(deps.deployment, deps.sealer)).toEqual(keys);
  const { rows } = await deps.deployment.pool.query(
    'select sealed_private_key as text from push_key union all select sealed from push_subscription',
  );
  const stored = rows.map(({ text }: { text: string }) => text).join();
  expect(rows.length).toBe(2);
  expect(stored).not.toContain(keys.privateKey);
  expect(stored).not.toContain('push.example');
  const other = createSealer(['another secret, as long as it has to be']);
  expect((await pushKeys(deps.deployment, other)).publicKey).not.toBe(keys.publicKey);
  expect(await isOn()).toBe(false);
});
