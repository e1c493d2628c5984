import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { setAccount } from '../../../google-simulator/src/accounts.ts';
import { defaultClient, saveClient } from '../../../google-simulator/src/clients.ts';
import { type Disconnection, disconnections, isTemporary } from '../google/disconnections.ts';
import type { Admin } from '../testing/connection-fixture.ts';
import { simulatorControls } from '../testing/gmail-mailbox.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { markDisconnected } from './connection-state.ts';
import { retryConnection, takeDueRetries } from './retry-disconnected.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let world: ReturnType<typeof simulatorControls>;
let acme: Admin;
let mailboxId: string;
beforeAll(async () => {
  fixture = await createHttpFixture();
  world = simulatorControls(fixture.google);
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await fixture.truncateMailboxes();
  await fixture.needs.deployment.pool.query('delete from pgboss.job');
  acme = await fixture.admin();
  mailboxId = await fixture.connect(acme, address);
});
afterEach(async () => {
  await world.clear();
  saveClient(fixture.google.simulator.store, defaultClient);
});

const address = 'support@acme.example';
const minute = 60_000;
const { signal } = new AbortController();
const disconnect = (code: Disconnection) =>
  fixture.inInstance(acme.instanceId, (tx) =>
    markDisconnected(tx, mailboxId, { code, startedAt: new Date(), now: new Date() }),
  );
const due = (inMinutes: number) =>
  takeDueRetries(fixture.needs.deployment, new Date(Date.now() + inMinutes * minute));
const tryAgain = () =>
  retryConnection(
    { ...fixture.needs, enqueue: fixture.queue.enqueue },
    { instanceId: acme.instanceId, mailboxId },
    signal,
  );
const state = async () => (await fixture.list(acme))[0]!;

const all = Object.keys(disconnections) as Disconnection[];
test.each(all.filter(isTemporary))('%s is retried after 10, 20 and 40 minutes, then hourly', async (code) => {
  await disconnect(code);
  let at = 0;
  for (const wait of [10, 20, 40, 60, 60]) {
    expect(await due(at + wait - 1)).toEqual([]);
    at += wait + 0.1;
    expect(await due(at)).toEqual([{ instanceId: acme.instanceId, mailboxId }]);
  }
});

test.each(all.filter((code) => !isTemporary(code)))(
  '%s is never retried: the token is invalid',
  async (code) => {
    await disconnect(code);
    expect(await due(30 * 24 * 60)).toEqual([]);
  },
);

test('of several processes one retries', async () => {
  await disconnect('gmail-disabled');
  const taken = await Promise.all([due(11), due(11), due(11)]);
  expect(taken.flat().length).toBe(1);
});

test('a mailbox that Google accepts again reconnects, syncs and sends', async () => {
  await disconnect('gmail-disabled');
  await tryAgain();
  expect(await state()).toMatchObject({ state: 'connected', disconnected: null });
  const at = { instanceId: acme.instanceId, mailboxId };
  expect(await fixture.syncsAskedFor()).toContainEqual(at);
  expect(await fixture.waiting('release-held')).toContainEqual(at);
  expect(await due(30 * 24 * 60)).toEqual([]);
});

test('a cause that persists leaves it disconnected', async () => {
  const { store, clock } = fixture.google.simulator;
  await disconnect('gmail-disabled');
  const { disconnected } = await state();
  setAccount(store, clock, address, { mailOff: true });
  await tryAgain();
  setAccount(store, clock, address, { mailOff: false });
  expect((await state()).disconnected).toEqual(disconnected);
  await world.fault('history.list', '503', null);
  await tryAgain();
  expect((await state()).disconnected).toEqual(disconnected);
});

test('the client secret is checked though the last access token is valid', async () => {
  await disconnect('oauth-client-rejected');
  saveClient(fixture.google.simulator.store, { ...defaultClient, secret: 'another secret' });
  await tryAgain();
  expect((await state()).disconnected?.code).toBe('oauth-client-rejected');
  saveClient(fixture.google.simulator.store, defaultClient);
  await tryAgain();
  expect((await state()).state).toBe('connected');
});

test('a token that became invalid shows its own cause and is not retried', async () => {
  await disconnect('gmail-disabled');
  const { since } = (await state()).disconnected!;
  fixture.google.removeEveryAccess();
  await tryAgain();
  expect((await state()).disconnected).toMatchObject({ code: 'access-revoked', since });
  expect(await due(30 * 24 * 60)).toEqual([]);
});

test('a mailbox reconnected or disconnected meanwhile is not changed', async () => {
  const { id } = await fixture.authorise(acme, address, { mailboxId });
  await disconnect('gmail-disabled');
  await fixture.save(acme, id);
  await tryAgain();
  expect((await state()).state).toBe('connected');
  expect(await fixture.syncsAskedFor()).toEqual([]);
});
