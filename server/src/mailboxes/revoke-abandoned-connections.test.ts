import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { getProfile } from '../google/profile.ts';
import { type Admin, createConnectionFixture } from '../testing/connection-fixture.ts';
import { cancelConnection } from './cancel-connection.ts';
import { deleteMailbox } from './delete-mailbox.ts';
import { sweepConnections } from './sweep-connections.ts';

let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let acme: Admin;
let other: Admin;
beforeAll(async () => {
  fixture = await createConnectionFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  [acme, other] = await Promise.all([fixture.admin(), fixture.admin()]);
  fixture.google.removeEveryAccess();
  await fixture.truncateMailboxes();
});

const address = 'support@acme.example';
const inTwoHours = () => new Date(Date.now() + 2 * 3_600_000);

/** Whether the connected mailbox can still call Gmail. */
const reaches = async (admin: Admin, mailboxId: string) =>
  (await getProfile(fixture.needs.gmail({ instanceId: admin.instanceId, mailboxId }, { priority: 'live' })))
    .kind;

test('a cancelled authorisation is revoked', async () => {
  const { id } = await fixture.authorise(acme, address);
  const at = { instanceId: acme.instanceId, connectionId: id };
  await cancelConnection(fixture.needs, at, other.browser.userId);
  expect(await fixture.readConnection(acme, id)).toMatchObject({ state: 'authorised' });
  await cancelConnection(fixture.needs, at, acme.browser.userId);
  expect(await fixture.readConnection(acme, id)).toMatchObject({ state: 'cancelled' });
  expect(fixture.google.tokens()).toEqual([]);
  expect(await fixture.save(acme, id)).toMatchObject({ problem: { code: 'not-authorized' } });
});

test('an abandoned authorisation is retried until Google answers (C7)', async () => {
  const { id } = await fixture.authorise(acme, address);
  await sweepConnections(fixture.needs, new Date());
  expect(await fixture.readConnection(acme, id)).toMatchObject({ state: 'authorised' });
  const nowhere = { ...fixture.needs.google.addresses, revoke: 'http://127.0.0.1:1/' };
  await sweepConnections(
    { ...fixture.needs, google: { ...fixture.needs.google, addresses: nowhere } },
    inTwoHours(),
  );
  expect(await fixture.readConnection(acme, id)).toMatchObject({ state: 'expired' });
  expect(fixture.google.tokens()).not.toEqual([]);
  await sweepConnections(fixture.needs, new Date());
  expect(fixture.google.tokens()).toEqual([]);
});

test('revoking never affects an address that is connected (trap 8)', async () => {
  const mailboxId = await fixture.connect(acme, address);
  expect((await fixture.authorise(other, address)).outcome.kind).toBe('refused');
  expect((await fixture.authorise(acme, address)).outcome.kind).toBe('refused');
  expect((await fixture.authorise(acme, address, { mailboxId })).outcome.kind).toBe('authorised');
  await sweepConnections(fixture.needs, inTwoHours());
  expect(await reaches(acme, mailboxId)).toBe('ok');
});

test('nor one about to be saved elsewhere; the last one revokes', async () => {
  const [one, two] = [await fixture.authorise(acme, address), await fixture.authorise(other, address)];
  const cancel = (admin: Admin, connectionId: string) =>
    cancelConnection(fixture.needs, { instanceId: admin.instanceId, connectionId }, admin.browser.userId);
  await cancel(other, two.id);
  expect(fixture.google.tokens()).not.toEqual([]);
  await cancel(acme, one.id);
  expect(fixture.google.tokens()).toEqual([]);
});

test('the loser of two simultaneous saves revokes nothing of the winner', async () => {
  const [one, two] = [await fixture.authorise(acme, address), await fixture.authorise(other, address)];
  const [first, second] = await Promise.all([fixture.save(acme, one.id), fixture.save(other, two.id)]);
  await sweepConnections(fixture.needs, inTwoHours());
  if (first?.kind === 'saved') expect(await reaches(acme, first.mailboxId)).toBe('ok');
  else if (second?.kind === 'saved') expect(await reaches(other, second.mailboxId)).toBe('ok');
  else expect.unreachable('one of them is saved');
});

test('deleting an address revokes its access and deletes its tokens (C10)', async () => {
  const mailboxId = await fixture.connect(acme, address);
  await deleteMailbox(fixture.needs, { instanceId: acme.instanceId, mailboxId }, acme.actor, new Date());
  expect(await fixture.list(acme)).toEqual([]);
  expect(fixture.google.tokens()).toEqual([]);
  expect(await reaches(acme, mailboxId)).toBe('disconnected');
  const again = deleteMailbox(
    fixture.needs,
    { instanceId: acme.instanceId, mailboxId },
    acme.actor,
    new Date(),
  );
  await expect(again).rejects.toMatchObject({ problem: { code: 'mailbox-not-found' } });
});

test('a revocation that failed when deleting is repeated by the sweep', async () => {
  const mailboxId = await fixture.connect(acme, address);
  const addresses = { ...fixture.needs.google.addresses, revoke: 'http://127.0.0.1:1/' };
  const cutOff = { ...fixture.needs, google: { ...fixture.needs.google, addresses } };
  await deleteMailbox(cutOff, { instanceId: acme.instanceId, mailboxId }, acme.actor, new Date());
  expect(await fixture.list(acme)).toEqual([]);
  expect(fixture.google.tokens()).not.toEqual([]);
  await sweepConnections(fixture.needs, new Date());
  expect(fixture.google.tokens()).toEqual([]);
});
