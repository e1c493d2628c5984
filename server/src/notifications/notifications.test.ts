import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventsAfter } from '../events/read-events.ts';
import type { Disconnection } from '../google/disconnections.ts';
import { markDisconnected } from '../mailboxes/connection-state.ts';
import { retryConnection } from '../mailboxes/retry-disconnected.ts';
import type { Admin } from '../testing/connection-fixture.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createHttpFixture>>;
type Person = Awaited<ReturnType<Fixture['person']>>;
let fixture: Fixture;
let acme: Admin;
let mailboxId: string;
let alex: Person;
let bo: Person;
let agent: Person;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await fixture.truncateMailboxes();
  acme = await fixture.admin();
  mailboxId = await fixture.connect(acme, address);
  [alex, bo, agent] = [
    await fixture.person(acme.instanceId, 'admin'),
    await fixture.person(acme.instanceId, 'admin'),
    await fixture.person(acme.instanceId, 'agent'),
  ];
});

const address = 'support@acme.example';
const disconnect = (code: Disconnection) =>
  fixture.inInstance(acme.instanceId, (tx) =>
    markDisconnected(tx, mailboxId, { code, startedAt: new Date(), now: new Date() }),
  );
const notified = async (person: Person) => (await person.call('GET', '/notifications')).body;
const kinds = async (person: Person): Promise<string[]> =>
  (await notified(person)).notifications.map(({ kind }: { kind: string }) => kind);

test('each admin is notified once with a reason, and nobody else (C11)', async () => {
  const elsewhere = await fixture.admin();
  const outsider = await fixture.person(elsewhere.instanceId, 'admin');
  await disconnect('gmail-disabled');
  await disconnect('access-revoked');
  await disconnect('gmail-disabled');
  for (const admin of [alex, bo]) {
    expect(await notified(admin)).toEqual({
      unread: 1,
      next: null,
      notifications: [
        {
          id: expect.any(String),
          kind: 'mailbox.disconnected',
          conversation: null,
          by: null,
          mailbox: { id: mailboxId, address, displayName: 'Acme Support' },
          webhook: null,
          problem: {
            code: 'gmail-disabled',
            params: {},
            title: 'Gmail is switched off for this Google account.',
            detail: expect.stringContaining('switch Gmail on'),
          },
          createdAt: expect.any(String),
          read: false,
        },
      ],
    });
  }
  for (const other of [agent, outsider])
    expect(await notified(other)).toEqual({ unread: 0, next: null, notifications: [] });
});

test('a rolled-back transaction notifies nobody', async () => {
  const failing = fixture.inInstance(acme.instanceId, async (tx) => {
    await markDisconnected(tx, mailboxId, { code: 'gmail-disabled', startedAt: new Date(), now: new Date() });
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow();
  expect(await kinds(alex)).toEqual([]);
});

test('reconnecting notifies too, automatic or by an admin', async () => {
  await disconnect('gmail-disabled');
  const at = { instanceId: acme.instanceId, mailboxId };
  const { signal } = new AbortController();
  await retryConnection({ ...fixture.needs, enqueue: fixture.queue.enqueue }, at, signal);
  await disconnect('access-revoked');
  const { id } = await fixture.authorise(acme, address, { mailboxId });
  await fixture.save(acme, id);
  const [down, up] = ['mailbox.disconnected', 'mailbox.connected'];
  expect(await kinds(alex)).toEqual([up, down, up, down]);
  // Saving a connection again that was never lost notifies nobody.
  const again = await fixture.authorise(acme, address, { mailboxId });
  await fixture.save(acme, again.id);
  expect((await kinds(bo)).length).toBe(4);
});

test('users mark their own notifications as read, up to a time', async () => {
  await disconnect('gmail-disabled');
  const { notifications } = await notified(alex);
  const [{ createdAt: through }] = notifications;
  const before = new Date(Date.parse(through) - 1).toISOString();
  expect((await alex.call('POST', '/notifications/read', { through: before })).body.unread).toBe(1);
  const { status, body } = await alex.call('POST', '/notifications/read', { through });
  expect({ status, unread: body.unread }).toEqual({ status: 200, unread: 0 });
  expect(body.notifications[0].read).toBe(true);
  expect((await notified(bo)).unread).toBe(1);
  expect((await alex.call('POST', '/notifications/read', { through: 'yesterday' })).status).toBe(400);
});

test('live events hold only the id of the notified user', async () => {
  await disconnect('gmail-disabled');
  const events = await eventsAfter(fixture.needs.database, acme.instanceId, 0, 1_000);
  const changes = events.filter(({ type }) => type === 'notification.changed');
  expect(changes.map(({ data }) => Object.keys(data))).toEqual(changes.map(() => ['userId']));
  expect(changes.map(({ data }) => (data as { userId: string }).userId)).toEqual(
    expect.arrayContaining([alex.id, bo.id]),
  );
});

test('preferences are stored per user and instance', async () => {
  const defaults = { assigned: 'app', unassigned: 'none', mention: 'app', mailbox: 'app' };
  const preferences = '/notifications/preferences';
  expect((await alex.call('GET', preferences)).body).toEqual({ preferences: defaults });
  await alex.call('PATCH', preferences, { unassigned: 'email' });
  await alex.call('PATCH', preferences, { mailbox: 'none' });
  expect((await alex.call('PATCH', preferences, {})).status).toBe(200);
  const changed = { preferences: { ...defaults, unassigned: 'email', mailbox: 'none' } };
  expect((await alex.call('GET', preferences)).body).toEqual(changed);
  expect((await bo.call('GET', preferences)).body).toEqual({ preferences: defaults });
  expect((await bo.call('PATCH', preferences, { mention: 'by pigeon' })).status).toBe(400);
  await disconnect('gmail-disabled');
  expect([await kinds(alex), await kinds(bo)]).toEqual([[], ['mailbox.disconnected']]);
});
