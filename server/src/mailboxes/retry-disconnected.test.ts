import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { setAccount } from '../../../google-simulator/src/accounts.ts';
import { defaultClient, saveClient } from '../../../google-simulator/src/clients.ts';
import { type Disconnection, disconnections, mayPass } from '../google/disconnections.ts';
import type { Admin } from '../testing/connecting.ts';
import { controls } from '../testing/gmail.ts';
import { httpBench } from '../testing/http.ts';
import { markDisconnected } from './connection-state.ts';
import { probe, takeDueProbes } from './retry-disconnected.ts';

let bench: Awaited<ReturnType<typeof httpBench>>;
let world: ReturnType<typeof controls>;
let acme: Admin;
let mailboxId: string;
beforeAll(async () => {
  bench = await httpBench();
  world = controls(bench.google);
});
afterAll(() => bench?.close());
beforeEach(async () => {
  await bench.forgetMailboxes();
  await bench.needs.deployment.pool.query('delete from pgboss.job');
  acme = await bench.admin();
  mailboxId = await bench.connect(acme, address);
});
afterEach(async () => {
  await world.clear();
  saveClient(bench.google.simulator.store, defaultClient);
});

const address = 'support@acme.example';
const minute = 60_000;
const { signal } = new AbortController();
const disconnect = (code: Disconnection) =>
  bench.inInstance(acme.instanceId, (tx) =>
    markDisconnected(tx, mailboxId, { code, began: new Date(), now: new Date() }),
  );
const due = (inMinutes: number) =>
  takeDueProbes(bench.needs.deployment, new Date(Date.now() + inMinutes * minute));
const tryAgain = () =>
  probe({ ...bench.needs, enqueue: bench.queue.enqueue }, { instanceId: acme.instanceId, mailboxId }, signal);
const state = async () => (await bench.list(acme))[0]!;

const all = Object.keys(disconnections) as Disconnection[];
test.each(all.filter(mayPass))('%s is tried after 10 minutes, 20, 40, then each hour', async (code) => {
  await disconnect(code);
  let at = 0;
  for (const wait of [10, 20, 40, 60, 60]) {
    expect(await due(at + wait - 1)).toEqual([]);
    at += wait + 0.1;
    expect(await due(at)).toEqual([{ instanceId: acme.instanceId, mailboxId }]);
  }
});

test.each(all.filter((code) => !mayPass(code)))('%s is never tried: the token is dead', async (code) => {
  await disconnect(code);
  expect(await due(30 * 24 * 60)).toEqual([]);
});

test('of several processes one tries', async () => {
  await disconnect('gmail-off');
  const taken = await Promise.all([due(11), due(11), due(11)]);
  expect(taken.flat().length).toBe(1);
});

test('a mailbox that Google lets in again connects by itself, is read, and its messages leave', async () => {
  await disconnect('gmail-off');
  await tryAgain();
  expect(await state()).toMatchObject({ state: 'connected', disconnected: null });
  const at = { instanceId: acme.instanceId, mailboxId };
  expect(await bench.waiting('sync')).toContainEqual(at);
  expect(await bench.waiting('release-held')).toContainEqual(at);
  expect(await due(30 * 24 * 60)).toEqual([]);
});

test('what still stands in the way leaves it as it is', async () => {
  const { store, clock } = bench.google.simulator;
  await disconnect('gmail-off');
  const { disconnected } = await state();
  setAccount(store, clock, address, { mailOff: true });
  await tryAgain();
  setAccount(store, clock, address, { mailOff: false });
  expect((await state()).disconnected).toEqual(disconnected);
  await world.fault('history.list', '503', null);
  await tryAgain();
  expect((await state()).disconnected).toEqual(disconnected);
});

test('the client’s secret is asked about, though the last access token still lives', async () => {
  await disconnect('client-refused');
  saveClient(bench.google.simulator.store, { ...defaultClient, secret: 'another secret' });
  await tryAgain();
  expect((await state()).disconnected?.code).toBe('client-refused');
  saveClient(bench.google.simulator.store, defaultClient);
  await tryAgain();
  expect((await state()).state).toBe('connected');
});

test('a token that died meanwhile is shown as what it is, and tried no more', async () => {
  await disconnect('gmail-off');
  const { since } = (await state()).disconnected!;
  bench.google.removeEveryAccess();
  await tryAgain();
  expect((await state()).disconnected).toMatchObject({ code: 'access-ended', since });
  expect(await due(30 * 24 * 60)).toEqual([]);
});

test('a mailbox reconnected or disconnected anew meanwhile is left alone', async () => {
  const { id } = await bench.authorise(acme, address, { mailboxId });
  await disconnect('gmail-off');
  await bench.save(acme, id);
  await tryAgain();
  expect((await state()).state).toBe('connected');
  expect(await bench.waiting('sync')).toEqual([]);
});
