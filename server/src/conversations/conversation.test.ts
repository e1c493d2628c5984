import { afterAll, beforeAll, expect, test } from 'vitest';
import { markConnected, markDisconnected } from '../mailboxes/connection-state.ts';
import { createComposerFixture } from '../testing/composer-fixture.ts';
import { unsnoozeConversation } from './change-conversation.ts';
import { findMentions } from './mentions.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
let colleague: (typeof fixture)['agent'];
beforeAll(async () => {
  fixture = await createComposerFixture();
  colleague = await fixture.person(fixture.acme.instanceId, 'agent');
});
afterAll(() => fixture?.close());

const open = async (id: string, who = fixture.agent) => (await who.call('GET', `/conversations/${id}`)).body;
const kinds = (page: { events: Array<{ kind: string }> }) => page.events.map(({ kind }) => kind);

test('the timeline shows what users did, but nothing for no change', async () => {
  const { conversationId } = await fixture.conversation();
  const change = (body: object) => fixture.agent.call('PATCH', `/conversations/${conversationId}`, body);
  await change({ assigneeId: colleague.id });
  await change({ assigneeId: colleague.id });
  await change({ status: 'done' });
  await change({ status: 'done' });
  await change({ status: 'open', assigneeId: null });
  const until = new Date(Date.now() + 60_000);
  await change({ snoozedUntil: until.toISOString() });
  await fixture.inAcme((tx) => unsnoozeConversation(tx, conversationId, new Date(until.getTime() + 1)));
  const page = await open(conversationId);
  expect(kinds(page)).toEqual(['assigned', 'done', 'reopened', 'unassigned', 'snoozed', 'unsnoozed']);
  expect(page.events[0]).toMatchObject({ actor: { id: fixture.agent.id }, assignee: { id: colleague.id } });
  expect(page.events[4]).toMatchObject({ until: until.toISOString() });
  expect(page.events[5]).toMatchObject({ actor: null });
});

test('tags added and removed are in the timeline once, under their last name', async () => {
  const { conversationId } = await fixture.conversation();
  const change = (body: object) => fixture.agent.call('PATCH', `/conversations/${conversationId}`, body);
  const [late, order] = [crypto.randomUUID(), crypto.randomUUID()];
  const admin = await fixture.person(fixture.acme.instanceId, 'admin');
  await admin.call('PUT', `/tags/${late}`, { name: 'Late', color: 'red' });
  await admin.call('PUT', `/tags/${order}`, { name: 'Order', color: 'blue' });
  await change({ addTags: [late] });
  await change({ addTags: [late, order] });
  await change({ removeTags: [order] });
  await change({ removeTags: [order] });
  await admin.call('PATCH', `/tags/${late}`, { name: 'Delayed' });
  await admin.call('DELETE', `/tags/${order}`);
  const { events } = await open(conversationId);
  expect(events).toMatchObject([
    { kind: 'tagged', tag: 'Delayed', actor: { id: fixture.agent.id } },
    { kind: 'tagged', tag: 'Order' },
    { kind: 'untagged', tag: 'Order' },
  ]);
});

test('the timeline shows disconnections while the conversation was not done', async () => {
  const [during, done, later] = [
    await fixture.conversation(),
    await fixture.conversation(),
    await fixture.conversation(),
  ];
  const { mailboxId } = (await open(during.conversationId)).conversation;
  await fixture.agent.call('PATCH', `/conversations/${done.conversationId}`, { status: 'done' });
  const hours = (from: number) => new Date(Date.now() + from * 3_600_000);
  await fixture.inAcme(async (tx) => {
    await tx.sql
      .updateTable('conversation')
      .set({ createdAt: hours(3) })
      .where('id', '=', later.conversationId)
      .execute();
    await markDisconnected(tx, mailboxId, { code: 'access-revoked', startedAt: hours(1), now: hours(1) });
    await markConnected(tx, mailboxId, { startedAt: hours(2), now: hours(2) }, async () => {});
  });
  const { address } = await fixture.inAcme((tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', mailboxId).select('address').executeTakeFirstOrThrow(),
  );
  expect((await open(during.conversationId)).events).toMatchObject([
    { kind: 'disconnected', mailbox: address, actor: null },
    { kind: 'reconnected', mailbox: address },
  ]);
  expect(kinds(await open(done.conversationId))).toEqual(['done']);
  expect(kinds(await open(later.conversationId))).toEqual([]);
});

test('a change based on an old version of a colleague is rejected', async () => {
  const { conversationId } = await fixture.conversation();
  const { version } = (await open(conversationId)).conversation;
  const change = (who: typeof colleague, body: object) =>
    who.call('PATCH', `/conversations/${conversationId}`, { version, ...body });
  expect((await change(fixture.agent, { assigneeId: fixture.agent.id })).status).toBe(200);
  expect((await change(fixture.agent, { status: 'done' })).status).toBe(200);
  const refused = await change(colleague, { assigneeId: colleague.id });
  expect(refused).toMatchObject({ status: 409, body: { code: 'edit-conflict' } });
  expect(refused.body.title).toMatch(/^Some agent has changed/);
  const page = await open(conversationId);
  expect(page.conversation).toMatchObject({ status: 'done', assignee: { id: fixture.agent.id } });
  const again = { version: page.conversation.version, assigneeId: colleague.id };
  expect((await colleague.call('PATCH', `/conversations/${conversationId}`, again)).status).toBe(200);
  // A change without a version is never rejected.
  expect(
    (await fixture.agent.call('PATCH', `/conversations/${conversationId}`, { status: 'open' })).status,
  ).toBe(200);
});

test('a long conversation opens with its latest messages, others by page', async () => {
  const { conversationId, messageId } = await fixture.conversation();
  const { instanceId } = fixture.acme;
  const start = Date.now();
  await fixture.inAcme((tx) =>
    tx.sql
      .insertInto('message')
      .values(
        Array.from({ length: 99 }, (_, at) => ({
          instanceId,
          id: crypto.randomUUID(),
          conversationId,
          direction: 'note' as const,
          origin: 'postroom' as const,
          // Several with the same date: the cursor is the date and the id.
          sentAt: new Date(start + Math.floor(at / 4)),
          bodyText: String(at),
        })),
      )
      .execute(),
  );
  const ids: string[] = [];
  let page = await open(conversationId);
  for (;;) {
    ids.unshift(...page.messages.map(({ id }: { id: string }) => id));
    if (!page.next) break;
    const after = encodeURIComponent(page.next);
    page = (await fixture.agent.call('GET', `/conversations/${conversationId}/messages?after=${after}`)).body;
    expect(page.messages.length).toBeLessThanOrEqual(30);
  }
  expect(ids).toHaveLength(100);
  expect(new Set(ids).size).toBe(100);
  expect(ids[0]).toBe(messageId);
});

test('users see other viewers; events only when somebody opens or leaves', async () => {
  const { conversationId } = await fixture.conversation();
  const look = async (who: typeof colleague, present = true) =>
    (await who.call('POST', `/conversations/${conversationId}/presence`, { present })).body.people;
  const presenceEvents = () =>
    fixture.inAcme((tx) =>
      tx.sql.selectFrom('event').where('type', '=', 'presence.changed').select('seq').execute(),
    );
  expect(await look(fixture.agent)).toEqual([]);
  expect(await look(colleague)).toMatchObject([{ id: fixture.agent.id }]);
  const before = (await presenceEvents()).length;
  expect(await look(fixture.agent)).toMatchObject([{ id: colleague.id }]);
  expect(await presenceEvents()).toHaveLength(before);
  await look(colleague, false);
  expect(await presenceEvents()).toHaveLength(before + 1);
  expect(await look(fixture.agent)).toEqual([]);
  await fixture.inAcme((tx) =>
    tx.sql
      .updateTable('presence')
      .set({ seenAt: new Date(Date.now() - 60_000) })
      .execute(),
  );
  expect(await look(colleague)).toEqual([]);
});

test('users mentioned in a note are notified once, its author is not', async () => {
  const { conversationId } = await fixture.conversation('About the parcel');
  await fixture.needs.deployment.pool.query('update users set name = $1 where id = $2', [
    'Ana Maria Silva',
    colleague.id,
  ]);
  const note = {
    id: crypto.randomUUID(),
    html: '<p>@ana maria silva and <b>@Ana Maria Silva</b>, look. a@Ana Maria Silva</p>',
  };
  for (let time = 0; time < 2; time += 1) {
    expect((await fixture.agent.call('POST', `/conversations/${conversationId}/notes`, note)).status).toBe(
      201,
    );
  }
  const { notifications } = (await colleague.call('GET', '/notifications')).body;
  expect(notifications).toMatchObject([
    {
      kind: 'mention',
      conversation: { id: conversationId, subject: 'About the parcel' },
      by: 'Some agent',
      mailbox: null,
    },
  ]);
  expect((await fixture.agent.call('GET', '/notifications')).body.notifications).toEqual([]);
  const mentions = await fixture.inAcme((tx) =>
    tx.sql.selectFrom('mention').select(['userId', 'messageId']).execute(),
  );
  expect(mentions).toEqual([{ userId: colleague.id, messageId: note.id }]);
});

test('a mention matches the longest name, and whole words only', () => {
  const people = [
    { id: '1', name: 'Ana' },
    { id: '2', name: 'Ana Silva' },
    { id: '3', name: 'Émile' },
  ];
  const named = (text: string) => findMentions(text, people).map(({ id }) => id);
  expect(named('@Ana Silva, @émile!')).toEqual(['2', '3']);
  expect(named('@Ana, see @Anabel and mail ben@ana')).toEqual(['1']);
  expect(named('@ Ana')).toEqual([]);
});

test('a link to a merged conversation leads to the other one', async () => {
  const [one, two] = [await fixture.conversation('One'), await fixture.conversation('Two')];
  const merged = await fixture.agent.call('POST', `/conversations/${one.conversationId}/merge`, {
    fromId: two.conversationId,
  });
  expect(merged.status).toBe(200);
  expect((await open(two.conversationId)).conversation.id).toBe(one.conversationId);
  const { mergeId } = merged.body;
  const undone = await fixture.agent.call('DELETE', `/conversations/${one.conversationId}/merges/${mergeId}`);
  expect(undone).toEqual({ status: 200, body: { conversationId: two.conversationId } });
  expect((await open(two.conversationId)).conversation.id).toBe(two.conversationId);
});
