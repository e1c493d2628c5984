import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { markConnected, markDisconnected } from '../../mailboxes/connection-state.ts';
import { ana, createComposerFixture } from '../../testing/composer-fixture.ts';
import { type Claim, claimNext, pendingDeliveries, startAttempt } from '../send/claim.ts';
import { findDeliveriesToRecover } from '../send/recover-deliveries.ts';
import { createSentBeforeStart } from '../send/sent-before-start.ts';
import { releaseHeld } from './held-deliveries.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
let conversationId: string;
beforeAll(async () => {
  fixture = await createComposerFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  ({ conversationId } = await fixture.conversation());
  await undoAfter(10);
});

const undoAfter = (undoSeconds: number, who = fixture.agent) =>
  who.call('PATCH', '/writing-settings', { undoSeconds });
const page = async () => (await fixture.agent.call('GET', `/conversations/${conversationId}`)).body;
const delivery = async (id: string) =>
  (await page()).messages.find((message: { id: string }) => message.id === id)?.delivery;
/** Writes and sends a reply; returns its id. */
async function sent(html = '<p>Hello</p>', more: object = {}, who = fixture.agent): Promise<string> {
  const id = uuid();
  await fixture.save(id, { conversationId, html }, who);
  const answer = await who.call('POST', `/drafts/${id}/send`, { version: 1, ...more });
  expect(answer).toMatchObject({ status: 201, body: { conversationId, message: { id } } });
  return id;
}
const decide = (id: string, decision: string, more: object = {}) =>
  fixture.agent.call('POST', `/messages/${id}/delivery`, { decision, ...more });
const longAgo = { processStartedAt: new Date(0), postgresStartedAt: new Date(0) };
const nothingBefore = () => createSentBeforeStart(fixture.needs.database, longAgo);
const undo = (id: string) => fixture.agent.call('POST', `/messages/${id}/draft`);
const jobOf = async (id: string) => {
  const { rows } = await fixture.needs.deployment.pool.query(
    `select start_after from pgboss.job where name = 'send' and data->>'messageId' = $1 order by start_after`,
    [id],
  );
  return rows.map(({ start_after }) => start_after as Date);
};

async function claim(tx: InstanceTransaction, now: Date) {
  const pending = await pendingDeliveries(tx, { conversationId });
  const wanted = { conversationId, now, memory: 0, sentBeforeStart: nothingBefore() };
  return claimNext(tx, pending, wanted) as Claim | null;
}

test('a message is not sent before its undo time is over', async () => {
  const before = Date.now();
  const id = await sent();
  const after = Date.now();
  const { state, sendAfter, scheduled } = await delivery(id);
  expect({ state, scheduled }).toEqual({ state: 'queued', scheduled: false });
  expect(new Date(sendAfter).getTime()).toBeGreaterThanOrEqual(before + 10_000);
  expect(new Date(sendAfter).getTime()).toBeLessThanOrEqual(after + 10_000);
  expect(await jobOf(id)).toEqual([new Date(sendAfter)]);
  await fixture.deliver(id);
  expect(fixture.accepted(id)).toBe(0);
  // Recovery does not find it, and it cannot be claimed.
  await fixture.needs.deployment.pool.query(`update delivery set changed_at = now() - interval '1 minute'`);
  expect(await findDeliveriesToRecover(fixture.needs.deployment, new Date())).toEqual([]);
  expect(await fixture.inAcme((tx) => claim(tx, new Date()))).toBeNull();
  await fixture.backdate(id, 60);
  // Its job was lost: recovery finds it once its time is over.
  expect(await findDeliveriesToRecover(fixture.needs.deployment, new Date())).toMatchObject([
    { messageId: id },
  ]);
  await fixture.deliver(id);
  expect(fixture.accepted(id)).toBe(1);
});

test('undo makes it the same draft again, and nothing is sent', async () => {
  const id = await sent('<p>Too <b>early</b></p>', { done: true });
  expect((await page()).conversation).toMatchObject({ status: 'done', snippet: 'Too early' });
  const { status, body } = await undo(id);
  expect(status).toBe(200);
  expect(body.draft).toMatchObject({
    kind: 'reply',
    conversationId,
    mailboxId: fixture.mailboxId,
    to: [ana],
    html: '<p>Too <b>early</b></p>',
  });
  const after = await page();
  expect(after.messages.length).toBe(1);
  expect(after.conversation).toMatchObject({
    status: 'open',
    snippet: 'It has not come.',
    lastDirection: 'inbound',
  });
  await fixture.backdate(id, 60);
  await fixture.deliver(id);
  expect(fixture.accepted(id)).toBe(0);
  // Repeating the request that sent it sends nothing: the draft has a new id.
  expect(await fixture.agent.call('POST', `/drafts/${id}/send`, { version: 1 })).toMatchObject({
    status: 404,
  });
  expect(await undo(id)).toMatchObject({ status: 404 });
  const again = body.draft.id;
  await fixture.agent.call('POST', `/drafts/${again}/send`, { version: 1 });
  await fixture.backdate(again, 60);
  await fixture.deliver(again);
  expect(fixture.accepted(again)).toBe(1);
});

test('a draft begun since is kept below the undone text', async () => {
  const id = await sent('<p>first</p>');
  const begun = uuid();
  await fixture.save(begun, { conversationId, html: '<p>second</p>' });
  await fixture.upload(begun, 'a.txt', Buffer.from('a'));
  const { draft } = (await undo(id)).body;
  expect(draft.html).toBe('<p>first</p><p>second</p>');
  expect(draft.attachments).toMatchObject([{ filename: 'a.txt' }]);
  const { drafts } = (await fixture.agent.call('GET', `/drafts?conversationId=${conversationId}`)).body;
  expect(drafts.map((one: { id: string }) => one.id)).toEqual([draft.id]);
  expect((await fixture.agent.call('GET', '/drafts')).body.drafts).toEqual([]);
});

test('once sending has begun, undo is rejected', async () => {
  const id = await sent();
  await fixture.backdate(id, 60);
  await fixture.inAcme(async (tx) => {
    const now = new Date();
    startAttempt(tx, (await claim(tx, now))!, { from: null, now });
  });
  for (const late of [await undo(id), await decide(id, 'cancel'), await decide(id, 'send')]) {
    expect(late).toMatchObject({ status: 409, body: { code: 'being-sent' } });
    expect(late.body.title).toBe('The message is being sent at this moment.');
  }
  // After a crash it is unknown whether Gmail was asked: undo stays rejected.
  await fixture.needs.deployment.pool.query(`update delivery set state = 'queued' where message_id = $1`, [
    id,
  ]);
  expect(await undo(id)).toMatchObject({ status: 409, body: { code: 'being-sent' } });
  await fixture.needs.deployment.pool.query(
    `update delivery set uncertain_since = now() - interval '1 minute' where message_id = $1`,
    [id],
  );
  await fixture.deliver(id);
  expect(await undo(id)).toMatchObject({ status: 409, body: { code: 'already-sent' } });
  expect(fixture.accepted(id)).toBe(1);
});

test('of undo and send at once, exactly one happens', async () => {
  for (let round = 0; round < 5; round += 1) {
    ({ conversationId } = await fixture.conversation());
    const id = await sent();
    await fixture.backdate(id, 60);
    const [undone] = await Promise.all([undo(id), fixture.deliver(id)]);
    expect(fixture.accepted(id)).toBe(undone.status === 200 ? 0 : 1);
  }
});

test('a scheduled message is sent, rescheduled or cancelled', async () => {
  const at = new Date(Date.now() + 3 * 86_400_000);
  const id = await sent('<p>Later</p>', { sendAt: at.toISOString() });
  expect(await delivery(id)).toMatchObject({
    state: 'queued',
    scheduled: true,
    sendAfter: at.toISOString(),
  });
  const sooner = new Date(Date.now() + 86_400_000);
  await decide(id, 'later', { sendAt: sooner.toISOString() });
  expect(await delivery(id)).toMatchObject({ scheduled: true, sendAfter: sooner.toISOString() });
  expect(await jobOf(id)).toEqual([sooner, at]);
  // A reply written in the meantime does not wait for it.
  await undoAfter(0);
  const now = await sent('<p>Now</p>');
  await fixture.deliver(now);
  expect([fixture.accepted(now), fixture.accepted(id)]).toEqual([1, 0]);
  await decide(id, 'send');
  expect(await delivery(id)).toMatchObject({ scheduled: false });
  expect((await jobOf(id)).length).toBe(3);
  await fixture.deliver(id);
  expect(fixture.accepted(id)).toBe(1);
  const never = await sent('<p>Never</p>', { sendAt: at.toISOString() });
  expect((await decide(never, 'cancel')).body.message.delivery).toMatchObject({ state: 'cancelled' });
  await fixture.backdate(never, 7 * 86_400);
  await fixture.deliver(never);
  expect(fixture.accepted(never)).toBe(0);
  expect((await undo(never)).body.draft.html).toBe('<p>Never</p>');
  const farOff = new Date(Date.now() + 3 * 366 * 86_400_000).toISOString();
  expect(await decide(never, 'later', { sendAt: farOff })).toMatchObject({ status: 400 });
});

test('messages with different undo times are sent in the order written', async () => {
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  await undoAfter(0, colleague);
  await undoAfter(30);
  const first = await sent('<p>first</p>');
  const second = await sent('<p>second</p>', {}, colleague);
  expect((await delivery(second)).sendAfter >= (await delivery(first)).sendAfter).toBe(true);
  await fixture.deliver(second);
  expect(fixture.accepted(second)).toBe(0);
  await fixture.backdate(first, 60);
  await fixture.backdate(second, 60);
  await fixture.deliver(second);
  expect([fixture.accepted(first), fixture.accepted(second)]).toEqual([1, 1]);
  const texts = (await page()).messages.slice(1).map(({ text }: { text: string }) => text);
  expect(texts).toEqual(['first', 'second']);
});

test('a scheduled message of a disconnected mailbox is held until its time', async () => {
  const { mailboxId } = fixture;
  const at = new Date(Date.now() + 3_600_000);
  const began = new Date();
  await fixture.inAcme((tx) =>
    markDisconnected(tx, mailboxId, { code: 'gmail-disabled', startedAt: began, now: new Date() }),
  );
  const id = await sent('<p>Held</p>', { sendAt: at.toISOString() });
  expect(await delivery(id)).toMatchObject({ state: 'held', scheduled: true });
  await fixture.inAcme((tx) =>
    markConnected(tx, mailboxId, { startedAt: new Date(), now: new Date() }, fixture.queue.enqueue),
  );
  await fixture.inAcme((tx) => releaseHeld(tx, mailboxId, fixture.queue.enqueue));
  expect(await delivery(id)).toMatchObject({ state: 'queued', sendAfter: at.toISOString() });
  expect(await jobOf(id)).toEqual([at]);
  await fixture.deliver(id);
  expect(fixture.accepted(id)).toBe(0);
});
