import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RiscFault } from '../../../../../google-simulator/src/risc/errors.ts';
import { securityEventTypes } from '../../../google/security-events.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
type Person = Awaited<ReturnType<typeof fixture.person>>;
let admin: Person;
let receiver: string;
const account = 'postroom@postroom-simulated.iam.gserviceaccount.com';

beforeAll(async () => {
  fixture = await createHttpFixture({ hasEventStreamKey: true });
  receiver = `${fixture.needs.url}/google/security-events`;
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await fixture.needs.deployment.pool.query('delete from security_event_stream');
  // The address of Postroom leads nowhere in tests.
  await control({ fault: null, call: null, stream: null, origin: fixture.address });
  const { instanceId } = await fixture.admin();
  admin = await fixture.person(instanceId, 'admin');
});

/** Sets how the simulated RISC API behaves. */
const control = (settings: {
  fault?: RiscFault | 'undelivered' | null;
  call?: 'verify' | null;
  stream?: object | null;
  origin?: string;
}) =>
  fetch(`${fixture.google.url}/control/event-stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
const registered = async () => {
  const response = await fetch(`${fixture.google.url}/control/event-stream`);
  return ((await response.json()) as { stream: ReturnType<typeof delivery> | null }).stream;
};
const register = (person = admin, body: object = {}) =>
  person.call('POST', '/google-set-up/security-events', body);
const registration = async (person = admin) =>
  (await person.call('GET', '/google-set-up/security-events')).body.registration;
const arrived = (person = admin) =>
  expect.poll(async () => (await registration(person)).state, { timeout: 20_000 }).toBe('arrived');
const entries = async (person = admin) =>
  (await person.call('GET', '/audit')).body.entries.filter(
    ({ action }: { action: string }) => action === 'security-events.registered',
  );
const delivery = (url: string) => ({
  delivery: { delivery_method: 'https://schemas.openid.net/secevent/risc/delivery-method/push', url },
  events_requested: securityEventTypes,
});

test('an admin registers Postroom, and the test event arrives', async () => {
  expect(await registration()).toEqual({
    canRegister: true,
    state: 'unregistered',
    registeredAt: null,
    arrivedAt: null,
  });
  expect((await register()).status).toBe(200);
  await arrived();
  expect(await registered()).toEqual(delivery(receiver));
  expect((await registered())!.events_requested).toHaveLength(7);
  expect(await entries()).toMatchObject([
    { subject: receiver, before: { url: null }, after: { url: receiver }, actor: { name: 'Some admin' } },
  ]);
});

test('another admin, also of another organization, sees it and can register again', async () => {
  await register();
  await arrived();
  const other = await fixture.person((await fixture.admin()).instanceId, 'admin');
  expect(await registration(other)).toMatchObject({ state: 'arrived' });
  expect((await register(other)).status).toBe(200);
  await arrived(other);
  expect(await entries(other)).toMatchObject([{ before: { url: receiver }, after: { url: receiver } }]);
  expect(await entries()).toHaveLength(1);
});

test('agents may neither register nor see it', async () => {
  const agent = await fixture.person((await fixture.admin()).instanceId, 'agent');
  expect((await register(agent)).status).toBe(403);
  expect((await agent.call('GET', '/google-set-up/security-events')).status).toBe(403);
  expect(await registered()).toBe(null);
});

test.each([
  ['unauthorized', 'risc-key-refused', { account }],
  ['api-disabled', 'risc-api-disabled', {}],
  ['no-role', 'risc-role-missing', { account }],
  ['not-https', 'risc-not-https', {}],
  ['other-domain', 'risc-domain-missing', {}],
  ['firebase', 'risc-used-by-firebase', {}],
  ['no-project', 'risc-project-missing', { account }],
  ['no-client', 'risc-client-missing', { account }],
  ['500', 'risc-unreachable', {}],
] as const)(
  'refused by Google (%s), it says what to do and registers nothing',
  async (fault, code, params) => {
    await control({ fault });
    const { status, body } = await register();
    expect(status).toBe(fault === '500' ? 503 : 502);
    expect(body).toMatchObject({ code, params });
    expect(body.detail).not.toBe('');
    expect(await registration()).toMatchObject({ state: 'unregistered' });
    expect(await entries()).toEqual([]);
  },
);

test('another receiver of the project is replaced only if that is asked for', async () => {
  const elsewhere = 'https://other.example/events';
  await control({ stream: delivery(elsewhere) });
  const { status, body } = await register();
  expect([status, body.code, body.params]).toEqual([409, 'risc-registered-elsewhere', { url: elsewhere }]);
  expect((await registered())!.delivery.url).toBe(elsewhere);
  expect((await register(admin, { replace: true })).status).toBe(200);
  await arrived();
  expect((await registered())!.delivery.url).toBe(receiver);
  expect(await entries()).toMatchObject([{ before: { url: elsewhere }, after: { url: receiver } }]);
});

test('a registration whose test event is refused stays', async () => {
  await control({ fault: '500', call: 'verify' });
  expect((await register()).body.code).toBe('risc-unreachable');
  expect(await registration()).toMatchObject({ state: 'registered', arrivedAt: null });
  expect((await registered())!.delivery.url).toBe(receiver);
  expect(await entries()).toHaveLength(1);
});

test('a test event that does not arrive is waited for, then late', async () => {
  await control({ fault: 'undelivered' });
  expect((await register()).body.registration).toMatchObject({ state: 'waiting', arrivedAt: null });
  const push = (state: string) =>
    fetch(`${fixture.google.url}/control/security-events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        receiver: `${fixture.address}/google/security-events`,
        event: 'verification',
        state,
      }),
    });
  await push('of another request');
  expect(await registration()).toMatchObject({ state: 'waiting' });
  await fixture.needs.deployment.pool.query(
    `update security_event_stream set registered_at = registered_at - interval '3 minutes'`,
  );
  expect(await registration()).toMatchObject({ state: 'late' });
  const { rows } = await fixture.needs.deployment.pool.query('select test_state from security_event_stream');
  await push(rows[0].test_state);
  expect(await registration()).toMatchObject({ state: 'arrived' });
});

test('a registration of a former address is told apart', async () => {
  await register();
  await arrived();
  await fixture.needs.deployment.pool.query(
    `update security_event_stream set url = 'https://former.example/google/security-events'`,
  );
  expect(await registration()).toMatchObject({ state: 'moved' });
});

test('a file that is no key of a service account is told apart from a refusal', async () => {
  const file = fixture.google.serviceAccountFile;
  const key = readFileSync(file, 'utf8');
  try {
    for (const content of [
      '',
      '{"type":"external_account"}',
      key.replace(/"private_key": "[^"]*"/, '"private_key": "x"'),
    ]) {
      writeFileSync(file, content);
      const { status, body } = await register();
      expect([status, body.code, body.params]).toEqual([
        409,
        'risc-key-unreadable',
        { setting: 'GOOGLE_RISC_CREDENTIALS' },
      ]);
    }
  } finally {
    writeFileSync(file, key);
  }
});

test('no answer holds the key or what the test event carries', async () => {
  const answer = await register();
  const { rows } = await fixture.needs.deployment.pool.query('select test_state from security_event_stream');
  const text = JSON.stringify([answer.body, await registration(), await entries()]);
  expect(text).not.toContain(rows[0].test_state);
  expect(text).not.toContain(
    JSON.parse(readFileSync(fixture.google.serviceAccountFile, 'utf8')).private_key_id,
  );
});
