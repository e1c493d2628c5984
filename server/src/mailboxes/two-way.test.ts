import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findAccount } from '../../../google-simulator/src/accounts.ts';
import { removeScope } from '../../../google-simulator/src/revocation.ts';
import { getProfile } from '../google/profile.ts';
import { modifyScope } from '../google/scopes.ts';
import { type Admin, createConnectionFixture } from '../testing/connection-fixture.ts';
import { forceTokenRefresh } from './connection-state.ts';
import { finishSignIn } from './oauth-callback.ts';
import { startConnection } from './start-connection.ts';
import { setTwoWay } from './two-way.ts';

const support = 'support@acme.example';
let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let admin: Admin;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createConnectionFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await fixture.truncateMailboxes();
  fixture.google.removeEveryAccess();
  admin = await fixture.admin();
  mailboxId = await fixture.connect(admin, support);
});

const start = () =>
  fixture.inInstance(admin.instanceId, (tx) =>
    startConnection(fixture.needs, tx, { session: admin.browser, mailboxId, twoWay: true, now: new Date() }),
  );
const allow = async (options: { as?: string; untick?: string; deny?: boolean } = {}) => {
  const started = await start();
  const back = await fixture.google.signIn(started.authorizationUrl, { as: support, ...options });
  return finishSignIn(fixture.needs, back, admin.browser, new Date());
};
const grant = () =>
  fixture.inInstance(admin.instanceId, (tx) =>
    tx.sql.selectFrom('mailboxGrant').selectAll().executeTakeFirstOrThrow(),
  );
const view = async () => (await fixture.list(admin))[0]!;
const readProfile = () =>
  getProfile(fixture.needs.gmail({ instanceId: admin.instanceId, mailboxId }, { priority: 'live' }));

test('an address is connected without the permission to change messages', async () => {
  expect((await grant()).scope).not.toContain(modifyScope);
  expect((await view()).twoWay).toEqual({ on: false, problem: null, allowed: false });
});

test('the permission alone is asked for, and added to those granted before', async () => {
  const asked = new URL((await start()).authorizationUrl).searchParams;
  expect(asked.get('scope')).toBe(`openid email ${modifyScope}`);
  expect(asked.get('include_granted_scopes')).toBe('true');
  expect(asked.get('login_hint')).toBe(support);
  expect(await allow()).toMatchObject({ kind: 'two-way', mailboxId });
  expect((await grant()).scope.split(' ')).toEqual(
    expect.arrayContaining([modifyScope, 'https://www.googleapis.com/auth/gmail.send']),
  );
  expect(await view()).toMatchObject({
    state: 'connected',
    twoWay: { on: true, problem: null, allowed: true },
  });
});

test.each([
  ['unticked', { untick: 'gmail.modify' }, 'two-way-declined'],
  ['denied', { deny: true }, 'consent-denied'],
  ['given by another account', { as: 'sales@acme.example' }, 'another-account'],
])('a permission that is %s leaves the connection as it was', async (_, options, code) => {
  const before = await grant();
  expect(await allow(options)).toMatchObject({ kind: 'refused', problem: { code } });
  expect(await grant()).toEqual(before);
  expect(await view()).toMatchObject({ state: 'connected', twoWay: { on: false, allowed: false } });
  expect((await readProfile()).kind).toBe('ok');
});

test('switched off, Google still allows it; reconnecting asks without it', async () => {
  await allow();
  await fixture.inInstance(admin.instanceId, (tx) => setTwoWay(tx, mailboxId, false, admin.actor));
  expect((await view()).twoWay).toEqual({ on: false, problem: null, allowed: true });
  const { id } = await fixture.authorise(admin, support, { mailboxId });
  await fixture.save(admin, id);
  expect((await view()).twoWay).toEqual({ on: false, problem: null, allowed: false });
  await expect(
    fixture.inInstance(admin.instanceId, (tx) => setTwoWay(tx, mailboxId, true, admin.actor)),
  ).rejects.toMatchObject({ problem: { code: 'two-way-needs-consent' } });
});

test('reconnecting while it is on asks for it again, and goes on without it', async () => {
  await allow();
  const { id, outcome } = await fixture.authorise(admin, support, { mailboxId, untick: 'gmail.modify' });
  expect(outcome.kind).toBe('authorised');
  await fixture.save(admin, id);
  expect(await view()).toMatchObject({
    state: 'connected',
    twoWay: { on: true, problem: { code: 'two-way-permission-missing' }, allowed: false },
  });
  await allow();
  expect((await view()).twoWay).toEqual({ on: true, problem: null, allowed: true });
});

test('a refreshed token that lacks the permission stops two-way sync only', async () => {
  await allow();
  removeScope(
    fixture.google.simulator,
    findAccount(fixture.google.simulator.store, support)!.sub,
    modifyScope,
  );
  await fixture.inInstance(admin.instanceId, (tx) => forceTokenRefresh(tx, mailboxId, new Date()));
  expect((await readProfile()).kind).toBe('ok');
  expect(await view()).toMatchObject({
    state: 'connected',
    twoWay: { on: true, problem: { code: 'two-way-permission-missing' }, allowed: false },
  });
});

test('a disconnected address is reconnected first', async () => {
  await fixture.inInstance(admin.instanceId, (tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ disconnectedAt: new Date(), disconnectedCode: 'access-revoked' })
      .execute(),
  );
  await expect(start()).rejects.toMatchObject({ problem: { code: 'two-way-disconnected' } });
});

test('a deleted address that is connected again starts without it', async () => {
  await allow();
  await fixture.inInstance(admin.instanceId, (tx) =>
    tx.sql.updateTable('mailbox').set({ deletedAt: new Date() }).execute(),
  );
  await fixture.connect(admin, support);
  expect((await view()).twoWay).toEqual({ on: false, problem: null, allowed: false });
});
