import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { getProfile } from '../google/profile.ts';
import { type Admin, connectingBench } from '../testing/connecting.ts';
import { cancelConnection } from './cancel-connection.ts';
import { deleteMailbox } from './delete-mailbox.ts';
import { sweepConnections } from './sweep-connections.ts';

let bench: Awaited<ReturnType<typeof connectingBench>>;
let acme: Admin;
let other: Admin;
beforeAll(async () => {
  bench = await connectingBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  [acme, other] = await Promise.all([bench.admin(), bench.admin()]);
  bench.google.removeEveryAccess();
  await bench.forgetMailboxes();
});

const address = 'support@acme.example';
const inTwoHours = () => new Date(Date.now() + 2 * 3_600_000);

/** Whether the connected mailbox can still reach Gmail. */
const reaches = async (admin: Admin, mailboxId: string) =>
  (await getProfile(bench.needs.gmail({ instanceId: admin.instanceId, mailboxId }, { priority: 'live' })))
    .kind;

test('a cancelled authorisation is revoked', async () => {
  const { id } = await bench.authorise(acme, address);
  const at = { instanceId: acme.instanceId, connectionId: id };
  await cancelConnection(bench.needs, at, other.browser.userId);
  expect(await bench.look(acme, id)).toMatchObject({ state: 'authorised' });
  await cancelConnection(bench.needs, at, acme.browser.userId);
  expect(await bench.look(acme, id)).toMatchObject({ state: 'cancelled' });
  expect(bench.google.tokens()).toEqual([]);
  expect(await bench.save(acme, id)).toMatchObject({ refusal: { code: 'not-authorised' } });
});

test('an abandoned one is swept, again and again until Google answers (C7)', async () => {
  const { id } = await bench.authorise(acme, address);
  await sweepConnections(bench.needs, new Date());
  expect(await bench.look(acme, id)).toMatchObject({ state: 'authorised' });
  const nowhere = { ...bench.needs.google.addresses, revoke: 'http://127.0.0.1:1/' };
  await sweepConnections(
    { ...bench.needs, google: { ...bench.needs.google, addresses: nowhere } },
    inTwoHours(),
  );
  expect(await bench.look(acme, id)).toMatchObject({ state: 'expired' });
  expect(bench.google.tokens()).not.toEqual([]);
  await sweepConnections(bench.needs, new Date());
  expect(bench.google.tokens()).toEqual([]);
});

test('giving back never takes the access of an address that is connected (trap 8)', async () => {
  const mailboxId = await bench.connect(acme, address);
  expect((await bench.authorise(other, address)).outcome.kind).toBe('refused');
  expect((await bench.authorise(acme, address)).outcome.kind).toBe('refused');
  expect((await bench.authorise(acme, address, { mailboxId })).outcome.kind).toBe('authorised');
  await sweepConnections(bench.needs, inTwoHours());
  expect(await reaches(acme, mailboxId)).toBe('ok');
});

test('nor that of one about to be saved elsewhere; the last one gives it back', async () => {
  const [one, two] = [await bench.authorise(acme, address), await bench.authorise(other, address)];
  const cancel = (admin: Admin, connectionId: string) =>
    cancelConnection(bench.needs, { instanceId: admin.instanceId, connectionId }, admin.browser.userId);
  await cancel(other, two.id);
  expect(bench.google.tokens()).not.toEqual([]);
  await cancel(acme, one.id);
  expect(bench.google.tokens()).toEqual([]);
});

test('the loser of two saves at the same moment takes nothing from the winner', async () => {
  const [one, two] = [await bench.authorise(acme, address), await bench.authorise(other, address)];
  const [first, second] = await Promise.all([bench.save(acme, one.id), bench.save(other, two.id)]);
  await sweepConnections(bench.needs, inTwoHours());
  if (first?.kind === 'saved') expect(await reaches(acme, first.mailboxId)).toBe('ok');
  else if (second?.kind === 'saved') expect(await reaches(other, second.mailboxId)).toBe('ok');
  else expect.unreachable('one of them is saved');
});

test('deleting an address revokes its access and forgets its tokens (C10)', async () => {
  const mailboxId = await bench.connect(acme, address);
  await deleteMailbox(bench.needs, { instanceId: acme.instanceId, mailboxId }, acme.actor, new Date());
  expect(await bench.list(acme)).toEqual([]);
  expect(bench.google.tokens()).toEqual([]);
  expect(await reaches(acme, mailboxId)).toBe('disconnected');
  const again = deleteMailbox(
    bench.needs,
    { instanceId: acme.instanceId, mailboxId },
    acme.actor,
    new Date(),
  );
  await expect(again).rejects.toMatchObject({ refusal: { code: 'not-found' } });
});

test('what Google did not take back at a delete is given back by the sweep', async () => {
  const mailboxId = await bench.connect(acme, address);
  const addresses = { ...bench.needs.google.addresses, revoke: 'http://127.0.0.1:1/' };
  const cutOff = { ...bench.needs, google: { ...bench.needs.google, addresses } };
  await deleteMailbox(cutOff, { instanceId: acme.instanceId, mailboxId }, acme.actor, new Date());
  expect(await bench.list(acme)).toEqual([]);
  expect(bench.google.tokens()).not.toEqual([]);
  await sweepConnections(bench.needs, new Date());
  expect(bench.google.tokens()).toEqual([]);
});
