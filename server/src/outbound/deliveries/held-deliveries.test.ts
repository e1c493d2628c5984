import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { markConnected, markDisconnected } from '../../mailboxes/connection-state.ts';
import type { Admin } from '../../testing/connection-fixture.ts';
import { createHttpFixture } from '../../testing/http-fixture.ts';
import { composeReply } from '../compose/compose.ts';
import { findWronglyHeld, releaseHeld } from './held-deliveries.ts';

type Fixture = Awaited<ReturnType<typeof createHttpFixture>>;
type Person = Awaited<ReturnType<Fixture['person']>>;
let fixture: Fixture;
let acme: Admin;
let agent: Person;
let mailboxId: string;
let conversationId: string;
beforeAll(async () => {
  fixture = await createHttpFixture();
  acme = await fixture.admin();
  agent = await fixture.person(acme.instanceId, 'agent');
  mailboxId = await fixture.connect(acme, address);
  conversationId = uuid();
  const customerId = uuid();
  const { instanceId } = acme;
  await inAcme(async ({ sql }) => {
    await sql.insertInto('customer').values({ instanceId, id: customerId, name: 'Ana' }).execute();
    await sql
      .insertInto('conversation')
      .values({
        instanceId,
        id: conversationId,
        customerId,
        mailboxId,
        subject: 'X',
        lastMessageAt: new Date(),
      })
      .execute();
  });
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await fixture.needs.deployment.pool.query('truncate message cascade; delete from pgboss.job');
  await connected();
});

const address = 'support@acme.example';
const hour = 3_600_000;
const inAcme = <T>(work: (tx: InstanceTransaction) => Promise<T>) =>
  fixture.inInstance(acme.instanceId, work);
const disconnected = () =>
  inAcme((tx) =>
    markDisconnected(tx, mailboxId, { code: 'gmail-disabled', startedAt: new Date(), now: new Date() }),
  );
const connected = () =>
  inAcme((tx) =>
    markConnected(tx, mailboxId, { startedAt: new Date(), now: new Date() }, fixture.queue.enqueue),
  );
const release = () => inAcme((tx) => releaseHeld(tx, mailboxId, fixture.queue.enqueue));

/** A reply of this age. */
async function written(ago: number): Promise<string> {
  const id = uuid();
  const author = { id: acme.actor.id, name: acme.actor.name, email: 'alex@acme.example' };
  const reply = {
    id,
    conversationId,
    mailboxId,
    to: ['ana@far.example'],
    cc: [],
    bcc: [],
    html: '<p>Hi</p>',
  };
  await inAcme((tx) => composeReply(tx, { ...reply, author, now: new Date() }, fixture.queue.enqueue));
  await fixture.needs.deployment.pool.query(
    `update delivery set created_at = created_at - $1 * interval '1 millisecond',
        send_after = send_after - $1 * interval '1 millisecond', changed_at = now() - interval '1 minute'
      where message_id = $2`,
    [ago, id],
  );
  return id;
}
const deliveryOf = async (messageId: string) => {
  const { body } = await agent.call('GET', `/conversations/${conversationId}`);
  return body.messages.find(({ id }: { id: string }) => id === messageId)?.delivery;
};
const decide = (messageId: string, decision: 'send' | 'cancel') =>
  agent.call('POST', `/messages/${messageId}/delivery`, { decision });
const asked = async () =>
  (await fixture.waiting('send')).map((data) => (data as { messageId: string }).messageId);

test('held messages are sent in order, after a day only on request (C12)', async () => {
  await disconnected();
  const [old, second, first] = [await written(25 * hour), await written(hour), await written(23 * hour)];
  expect(await deliveryOf(old)).toMatchObject({ state: 'held', problem: { code: 'mailbox-disconnected' } });
  expect(await asked()).toEqual([]);
  await connected();
  await release();
  expect(await asked()).toEqual([first, second]);
  expect(await deliveryOf(second)).toMatchObject({ state: 'queued', problem: null });
  expect(await deliveryOf(old)).toMatchObject({
    state: 'held',
    problem: { code: 'held-too-long', params: { address } },
    mailboxAddress: address,
  });
  // They still need a confirmation after another disconnection and reconnection.
  await disconnected();
  await connected();
  await release();
  expect(await deliveryOf(old)).toMatchObject({ problem: { code: 'held-too-long' } });
});

test('“Send now” and “Don’t send” decide once', async () => {
  await disconnected();
  const [yes, no] = [await written(25 * hour), await written(26 * hour)];
  await connected();
  await release();
  const sent = await decide(yes, 'send');
  expect(sent).toMatchObject({
    status: 200,
    body: { message: { delivery: { state: 'queued', problem: null } } },
  });
  expect(await asked()).toEqual([yes]);
  expect((await decide(no, 'cancel')).body.message.delivery).toMatchObject({
    state: 'cancelled',
    problem: null,
  });
  expect(await decide(yes, 'send')).toMatchObject({ status: 200 });
  expect(await decide(no, 'send')).toMatchObject({ status: 409, body: { code: 'cancelled' } });
  expect(await asked()).toEqual([yes]);
  expect(await decide(uuid(), 'send')).toMatchObject({ status: 404, body: { code: 'no-such-delivery' } });
});

test('while the mailbox is disconnected, a held message can be cancelled', async () => {
  await disconnected();
  const id = await written(hour);
  expect(await decide(id, 'send')).toMatchObject({
    status: 409,
    body: { code: 'send-mailbox-disconnected' },
  });
  await release();
  expect(await deliveryOf(id)).toMatchObject({ state: 'held', problem: { code: 'mailbox-disconnected' } });
  await fixture.needs.deployment.pool.query('update delivery set uncertain_since = now()');
  const given = (await decide(id, 'cancel')).body.message.delivery;
  expect(given).toMatchObject({ state: 'cancelled', problem: { code: 'maybe-sent' } });
});

test('users of another instance cannot decide', async () => {
  await disconnected();
  const id = await written(hour);
  const outsider = await fixture.person((await fixture.admin()).instanceId, 'admin');
  expect(await outsider.call('POST', `/messages/${id}/delivery`, { decision: 'cancel' })).toMatchObject({
    status: 404,
  });
  expect(await deliveryOf(id)).toMatchObject({ state: 'held' });
});

test('messages held during the reconnection are found, and no others', async () => {
  const { deployment } = fixture.needs;
  await disconnected();
  const [recent, old] = [await written(hour), await written(25 * hour)];
  expect(await findWronglyHeld(deployment, new Date())).toEqual([]);
  await connected(); // its release ran before these were written
  expect(await findWronglyHeld(deployment, new Date())).toEqual([{ instanceId: acme.instanceId, mailboxId }]);
  await release();
  expect(await asked()).toEqual([recent]);
  await deployment.pool.query(`update delivery set changed_at = now() - interval '1 minute'`);
  expect(await deliveryOf(old)).toMatchObject({ problem: { code: 'held-too-long' } });
  expect(await findWronglyHeld(deployment, new Date())).toEqual([]);
});
