import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { markConnected, markDisconnected } from '../mailboxes/health.ts';
import { ana, writingBench } from '../testing/writing.ts';
import { begin, claimNext } from './claim.ts';
import { releaseHeld } from './hold.ts';
import { unfinishedDeliveries } from './unfinished.ts';

let bench: Awaited<ReturnType<typeof writingBench>>;
let conversationId: string;
beforeAll(async () => {
  bench = await writingBench();
});
afterAll(() => bench?.close());
beforeEach(async () => {
  ({ conversationId } = await bench.conversation());
  await undoAfter(10);
});

const undoAfter = (undoSeconds: number, who = bench.agent) =>
  who.call('PATCH', '/writing-settings', { undoSeconds });
const page = async () => (await bench.agent.call('GET', `/conversations/${conversationId}`)).body;
const delivery = async (id: string) =>
  (await page()).messages.find((message: { id: string }) => message.id === id)?.delivery;
/** Writes and sends a reply; answers its id. */
async function sent(html = '<p>Hello</p>', more: object = {}, who = bench.agent): Promise<string> {
  const id = uuid();
  await bench.save(id, { conversationId, html }, who);
  const answer = await who.call('POST', `/drafts/${id}/send`, { version: 1, ...more });
  expect(answer).toMatchObject({ status: 201, body: { conversationId, message: { id } } });
  return id;
}
const decide = (id: string, decision: string, more: object = {}) =>
  bench.agent.call('POST', `/messages/${id}/delivery`, { decision, ...more });
const undo = (id: string) => bench.agent.call('POST', `/messages/${id}/draft`);
const jobOf = async (id: string) => {
  const { rows } = await bench.needs.deployment.pool.query(
    `select start_after from pgboss.job where name = 'send' and data->>'messageId' = $1 order by start_after`,
    [id],
  );
  return rows.map(({ start_after }) => start_after as Date);
};

test('a message leaves after the seconds of undo, whoever asks for it before', async () => {
  const before = Date.now();
  const id = await sent();
  const after = Date.now();
  const { state, sendAfter, scheduled } = await delivery(id);
  expect({ state, scheduled }).toEqual({ state: 'queued', scheduled: false });
  expect(new Date(sendAfter).getTime()).toBeGreaterThanOrEqual(before + 10_000);
  expect(new Date(sendAfter).getTime()).toBeLessThanOrEqual(after + 10_000);
  expect(await jobOf(id)).toEqual([new Date(sendAfter)]);
  await bench.deliver(id);
  expect(bench.accepted(id)).toBe(0);
  // Nor does the rescue find it, nor is it claimed by whoever was asked to.
  await bench.needs.deployment.pool.query(`update delivery set changed_at = now() - interval '1 minute'`);
  expect(await unfinishedDeliveries(bench.needs.deployment, new Date())).toEqual([]);
  expect(await bench.inAcme((tx) => claimNext(tx, conversationId, new Date()))).toBeNull();
  await bench.ago(id, 60);
  // Its job died: the rescue finds it once its time is past.
  expect(await unfinishedDeliveries(bench.needs.deployment, new Date())).toMatchObject([{ messageId: id }]);
  await bench.deliver(id);
  expect(bench.accepted(id)).toBe(1);
});

test('undone, it is a draft again as it was written, and nothing is sent', async () => {
  const id = await sent('<p>Too <b>early</b></p>', { done: true });
  expect((await page()).conversation).toMatchObject({ status: 'done', snippet: 'Too early' });
  const { status, body } = await undo(id);
  expect(status).toBe(200);
  expect(body.draft).toMatchObject({
    kind: 'reply',
    conversationId,
    mailboxId: bench.mailboxId,
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
  await bench.ago(id, 60);
  await bench.deliver(id);
  expect(bench.accepted(id)).toBe(0);
  // The request that sent it, once more, sends nothing: the draft has another id.
  expect(await bench.agent.call('POST', `/drafts/${id}/send`, { version: 1 })).toMatchObject({ status: 404 });
  expect(await undo(id)).toMatchObject({ status: 404 });
  const again = body.draft.id;
  await bench.agent.call('POST', `/drafts/${again}/send`, { version: 1 });
  await bench.ago(again, 60);
  await bench.deliver(again);
  expect(bench.accepted(again)).toBe(1);
});

test('what was begun in its place since stays below what is taken back', async () => {
  const id = await sent('<p>first</p>');
  const begun = uuid();
  await bench.save(begun, { conversationId, html: '<p>second</p>' });
  await bench.upload(begun, 'a.txt', Buffer.from('a'));
  const { draft } = (await undo(id)).body;
  expect(draft.html).toBe('<p>first</p><p>second</p>');
  expect(draft.attachments).toMatchObject([{ filename: 'a.txt' }]);
  const { drafts } = (await bench.agent.call('GET', `/drafts?conversationId=${conversationId}`)).body;
  expect(drafts.map((one: { id: string }) => one.id)).toEqual([draft.id]);
  expect((await bench.agent.call('GET', '/drafts')).body.drafts).toEqual([]);
});

test('once sending has begun it is too late, and the words say so', async () => {
  const id = await sent();
  await bench.ago(id, 60);
  await bench.inAcme(async (tx) => {
    const now = new Date();
    await begin(tx, (await claimNext(tx, conversationId, now))!, { from: null, now });
  });
  for (const late of [await undo(id), await decide(id, 'cancel'), await decide(id, 'send')]) {
    expect(late).toMatchObject({ status: 409, body: { code: 'being-sent' } });
    expect(late.body.title).toBe('The message is being sent at this moment.');
  }
  // A crash here leaves it uncertain whether Gmail was asked: it stays too late.
  await bench.needs.deployment.pool.query(`update delivery set state = 'queued' where message_id = $1`, [id]);
  expect(await undo(id)).toMatchObject({ status: 409, body: { code: 'being-sent' } });
  await bench.needs.deployment.pool.query(
    `update delivery set uncertain_since = now() - interval '1 minute' where message_id = $1`,
    [id],
  );
  await bench.deliver(id);
  expect(await undo(id)).toMatchObject({ status: 409, body: { code: 'already-sent' } });
  expect(bench.accepted(id)).toBe(1);
});

test('undo and send race to one outcome: it is a draft and unsent, or sent and no draft', async () => {
  for (let round = 0; round < 5; round += 1) {
    ({ conversationId } = await bench.conversation());
    const id = await sent();
    await bench.ago(id, 60);
    const [undone] = await Promise.all([undo(id), bench.deliver(id)]);
    expect(bench.accepted(id)).toBe(undone.status === 200 ? 0 : 1);
  }
});

test('send later: at its time, sooner, at another time, or never', async () => {
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
  // What is answered meanwhile does not wait for it.
  await undoAfter(0);
  const now = await sent('<p>Now</p>');
  await bench.deliver(now);
  expect([bench.accepted(now), bench.accepted(id)]).toEqual([1, 0]);
  await decide(id, 'send');
  expect(await delivery(id)).toMatchObject({ scheduled: false });
  expect((await jobOf(id)).length).toBe(3);
  await bench.deliver(id);
  expect(bench.accepted(id)).toBe(1);
  const never = await sent('<p>Never</p>', { sendAt: at.toISOString() });
  expect((await decide(never, 'cancel')).body.message.delivery).toMatchObject({ state: 'cancelled' });
  await bench.ago(never, 7 * 86_400);
  await bench.deliver(never);
  expect(bench.accepted(never)).toBe(0);
  expect((await undo(never)).body.draft.html).toBe('<p>Never</p>');
  const farOff = new Date(Date.now() + 3 * 366 * 86_400_000).toISOString();
  expect(await decide(never, 'later', { sendAt: farOff })).toMatchObject({ status: 400 });
});

test('messages of a conversation leave in the order written, whatever undo time each has', async () => {
  const colleague = await bench.person(bench.acme.instanceId, 'agent');
  await undoAfter(0, colleague);
  await undoAfter(30);
  const first = await sent('<p>first</p>');
  const second = await sent('<p>second</p>', {}, colleague);
  expect((await delivery(second)).sendAfter >= (await delivery(first)).sendAfter).toBe(true);
  await bench.deliver(second);
  expect(bench.accepted(second)).toBe(0);
  await bench.ago(first, 60);
  await bench.ago(second, 60);
  await bench.deliver(second);
  expect([bench.accepted(first), bench.accepted(second)]).toEqual([1, 1]);
  const texts = (await page()).messages.slice(1).map(({ text }: { text: string }) => text);
  expect(texts).toEqual(['first', 'second']);
});

test('scheduled from an address that is disconnected before, it is held, and leaves when it may', async () => {
  const { mailboxId } = bench;
  const at = new Date(Date.now() + 3_600_000);
  const began = new Date();
  await bench.inAcme((tx) => markDisconnected(tx, mailboxId, { code: 'gmail-off', began, now: new Date() }));
  const id = await sent('<p>Held</p>', { sendAt: at.toISOString() });
  expect(await delivery(id)).toMatchObject({ state: 'held', scheduled: true });
  await bench.inAcme((tx) =>
    markConnected(tx, mailboxId, { began: new Date(), now: new Date() }, bench.queue.enqueue),
  );
  await bench.inAcme((tx) => releaseHeld(tx, mailboxId, bench.queue.enqueue));
  expect(await delivery(id)).toMatchObject({ state: 'queued', sendAfter: at.toISOString() });
  expect(await jobOf(id)).toEqual([at]);
  await bench.deliver(id);
  expect(bench.accepted(id)).toBe(0);
});
