import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createComposerFixture } from '../testing/composer-fixture.ts';
import { unsnoozeConversation } from './change-conversation.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
beforeAll(async () => {
  fixture = await createComposerFixture();
});
afterAll(() => fixture?.close());

type Row = {
  id: string;
  unread: boolean;
  waitingSince: string | null;
  version: number;
  lastMessageAt: string;
  tags: Array<{ name: string; color: string }>;
  status: string;
  assignee: { id: string } | null;
};
const agent = { call: (...args: Parameters<typeof fixture.agent.call>) => fixture.agent.call(...args) };
const conversation = () => fixture.conversation();

async function rows(view: string): Promise<Row[]> {
  return (await agent.call('GET', `/conversations?view=${view}&limit=200`)).body.conversations;
}
const idsIn = async (view: string) => (await rows(view)).map(({ id }) => id);
const rowOf = async (id: string): Promise<Row> =>
  (await agent.call('GET', `/conversations/${id}`)).body.conversation;

test('each view holds its conversations and their number', async () => {
  const [
    { conversationId: mine },
    { conversationId: done },
    { conversationId: quiet },
    { conversationId: free },
  ] = [await conversation(), await conversation(), await conversation(), await conversation()];
  await agent.call('PATCH', `/conversations/${mine}`, { assigneeId: fixture.agent.id });
  await agent.call('PATCH', `/conversations/${done}`, { status: 'done' });
  await fixture.inAcme(({ sql }) =>
    sql
      .updateTable('conversation')
      .set({ quietFor: 'loop@far.example', status: 'done' })
      .where('id', '=', quiet)
      .execute(),
  );
  expect(await idsIn('mine')).toEqual([mine]);
  expect(await idsIn('unassigned')).toEqual([free]);
  expect((await idsIn('open')).sort()).toEqual([mine, free].sort());
  expect(await idsIn('done')).toEqual([done]);
  expect(await idsIn('quiet')).toEqual([quiet]);
  const { body } = await agent.call('GET', '/views');
  await mentionAgent(free);
  expect(await idsIn('mentions')).toEqual([free]);
  expect((await agent.call('GET', '/views')).body.mentions).toBe(1);
  await agent.call('PATCH', `/conversations/${free}`, { status: 'done' });
  expect(await idsIn('mentions')).toEqual([]);
  expect(body).toMatchObject({ mine: 1, unassigned: 1, open: 2, snoozed: 0, quiet: 1 });
  expect(body.mailboxes).toMatchObject([{ open: 2 }]);
});

/** A colleague writes a note that mentions the agent. */
async function mentionAgent(conversationId: string) {
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  const note = { id: uuid(), html: '<p>@Some agent, can you look?</p>' };
  const { status } = await colleague.call('POST', `/conversations/${conversationId}/notes`, note);
  expect(status).toBe(201);
}

test('tells which of some conversations are in a view', async () => {
  const [{ conversationId: one }, { conversationId: two }] = [await conversation(), await conversation()];
  await agent.call('PATCH', `/conversations/${two}`, { status: 'done' });
  const path = (view: string, ids: string[]) => `/conversations/in-view?view=${view}&ids=${ids.join(',')}`;
  const { body } = await agent.call('GET', path('open', [one, two, uuid()]));
  expect(body.conversations.map(({ id }: Row) => id)).toEqual([one]);
  expect((await agent.call('GET', path('open', ['x']))).status).toBe(400);
});

test('a customer waits since the first message not answered', async () => {
  const { conversationId, messageId } = await conversation();
  const { instanceId } = fixture.acme;
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  const add = (
    direction: 'inbound' | 'outbound' | 'note',
    sentAt: Date,
    kind: 'ordinary' | 'auto-reply' = 'ordinary',
  ) =>
    fixture.inAcme(({ sql }) =>
      sql
        .insertInto('message')
        .values({ instanceId, id: uuid(), conversationId, direction, origin: 'gmail', sentAt, kind })
        .execute(),
    );
  const first = await fixture.inAcme(({ sql }) =>
    sql.selectFrom('message').where('id', '=', messageId).select('sentAt').executeTakeFirstOrThrow(),
  );
  const since = async () => (await rowOf(conversationId)).waitingSince;
  await add('inbound', at(1));
  await add('note', at(2));
  expect(await since()).toBe(first.sentAt.toISOString());
  await add('outbound', at(3));
  await add('inbound', at(4), 'auto-reply');
  expect(await since()).toBe(null);
  const again = at(5);
  await add('inbound', again);
  expect(await since()).toBe(again.toISOString());
  await agent.call('PATCH', `/conversations/${conversationId}`, { status: 'done' });
  expect(await since()).toBe(null);
});

test('agents create, add and remove tags; admins change them', async () => {
  const admin = await fixture.person(fixture.acme.instanceId, 'admin');
  const { conversationId } = await conversation();
  const [id, other] = [uuid(), uuid()];
  const made = await agent.call('PUT', `/tags/${id}`, { name: ' VIP ' });
  expect(made).toMatchObject({ status: 200, body: { id, name: 'VIP' } });
  // Names are case-insensitive.
  expect((await agent.call('PUT', `/tags/${uuid()}`, { name: 'vip' })).body).toEqual(made.body);
  const second = (await agent.call('PUT', `/tags/${other}`, { name: 'Refund' })).body;
  expect(second.color).not.toBe(made.body.color);
  await agent.call('PATCH', `/conversations/${conversationId}`, { addTags: [id, other] });
  await admin.call('PATCH', `/conversations/${conversationId}`, { addTags: [id], removeTags: [other] });
  expect((await rowOf(conversationId)).tags.map(({ name }) => name)).toEqual(['VIP']);
  expect(await agent.call('PATCH', `/conversations/${conversationId}`, { addTags: [uuid()] })).toMatchObject({
    status: 404,
    body: { code: 'no-such-tag' },
  });

  expect((await agent.call('PATCH', `/tags/${id}`, { name: 'Gold' })).status).toBe(403);
  expect((await admin.call('PATCH', `/tags/${id}`, { name: 'refund' })).status).toBe(409);
  expect((await admin.call('PATCH', `/tags/${id}`, { name: 'Gold', color: 'yellow' })).body).toEqual({
    id,
    name: 'Gold',
    color: 'yellow',
  });
  const { tags } = (await agent.call('GET', '/tags')).body;
  expect(tags).toMatchObject([
    { name: 'Gold', conversations: 1 },
    { name: 'Refund', conversations: 0 },
  ]);
  expect((await agent.call('DELETE', `/tags/${id}`)).status).toBe(403);
  expect((await admin.call('DELETE', `/tags/${id}`)).status).toBe(204);
  expect((await rowOf(conversationId)).tags).toEqual([]);
  const entries = await fixture.inAcme(({ sql }) =>
    sql
      .selectFrom('auditEntry')
      .where('subject', 'in', ['VIP', 'Gold'])
      .select(['action', 'subject'])
      .orderBy('id')
      .execute(),
  );
  expect(entries).toEqual([
    { action: 'tag.created', subject: 'VIP' },
    { action: 'tag.changed', subject: 'Gold' },
    { action: 'tag.deleted', subject: 'Gold' },
  ]);
  const elsewhere = await fixture.person((await fixture.admin()).instanceId, 'agent');
  expect((await elsewhere.call('GET', '/tags')).body.tags).toEqual([]);
});

test('a batch change is undone, except for what somebody changed since', async () => {
  const ids = [];
  for (let count = 0; count < 4; count += 1) ids.push((await conversation()).conversationId);
  const [a, b, c, d] = ids as [string, string, string, string];
  const tagId = uuid();
  await agent.call('PUT', `/tags/${tagId}`, { name: 'Many' });
  await agent.call('PATCH', `/conversations/${b}`, { assigneeId: fixture.agent.id, addTags: [tagId] });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await agent.call('PATCH', `/conversations/${c}`, { status: 'snoozed', snoozedUntil: until });
  const gone = uuid();
  const changes = [...ids, gone].map((conversationId) => ({
    conversationId,
    status: 'done',
    assigneeId: null,
    addTags: [tagId],
    read: true,
  }));
  const { body, status } = await agent.call('POST', '/conversations/changes', { changes });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.skipped).toEqual([gone]);
  for (const id of ids) {
    expect(await rowOf(id)).toMatchObject({ status: 'done', assignee: null, unread: false });
    expect((await rowOf(id)).tags).toHaveLength(1);
  }
  // Somebody reopens one of them.
  await agent.call('PATCH', `/conversations/${d}`, { status: 'open' });
  const undone = await agent.call('POST', '/conversations/changes', { changes: body.undo });
  expect(undone.body.skipped).toEqual([d]);
  expect(await rowOf(a)).toMatchObject({ status: 'open', assignee: null, tags: [] });
  expect(await rowOf(b)).toMatchObject({ status: 'open', assignee: { id: fixture.agent.id } });
  expect((await rowOf(b)).tags).toHaveLength(1);
  expect(await rowOf(c)).toMatchObject({ status: 'snoozed', snoozedUntil: until });
  expect((await rowOf(d)).tags).toHaveLength(1);
});

test('a batch change leaves out what others changed since it was chosen', async () => {
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.push((await conversation()).conversationId);
  const [same, mine, theirs, woken, answered] = ids as [string, string, string, string, string];
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await agent.call('PATCH', `/conversations/${woken}`, { status: 'snoozed', snoozedUntil: until });
  const chosen = await Promise.all(
    ids.map(async (conversationId) => {
      const { version, status, lastMessageAt } = await rowOf(conversationId);
      return { conversationId, addTags: [], read: true, seen: { version, status, lastMessageAt } };
    }),
  );
  await agent.call('PATCH', `/conversations/${mine}`, { assigneeId: fixture.agent.id });
  await colleague.call('PATCH', `/conversations/${theirs}`, { assigneeId: fixture.agent.id });
  await fixture.inAcme(async (tx) => {
    await unsnoozeConversation(tx, woken, new Date(Date.now() + 7_200_000));
    await tx.sql
      .updateTable('conversation')
      .set({ lastMessageAt: new Date() })
      .where('id', '=', answered)
      .execute();
  });
  const { body, status } = await agent.call('POST', '/conversations/changes', { changes: chosen });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.skipped).toEqual([theirs, woken, answered]);
  expect(body.undo.map((one: { conversationId: string }) => one.conversationId)).toEqual([same, mine]);
});

test('a read conversation can be marked as unread', async () => {
  const { conversationId } = await conversation();
  await fixture.inAcme(({ sql }) =>
    sql
      .updateTable('conversation')
      .set({ lastInboundAt: new Date() })
      .where('id', '=', conversationId)
      .execute(),
  );
  const change = (read: boolean) =>
    agent.call('POST', '/conversations/changes', { changes: [{ conversationId, read }] });
  expect((await rowOf(conversationId)).unread).toBe(true);
  const { undo } = (await change(true)).body;
  expect((await rowOf(conversationId)).unread).toBe(false);
  await agent.call('POST', '/conversations/changes', { changes: undo });
  expect((await rowOf(conversationId)).unread).toBe(true);
});

test('a filter is private or shared; its owner, or an admin if shared, changes it', async () => {
  const admin = await fixture.person(fixture.acme.instanceId, 'admin');
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  const names = async (who: Pick<typeof admin, 'call'>) =>
    (await who.call('GET', '/filters')).body.filters.map(({ name }: { name: string }) => name);
  const id = uuid();
  const filter = { name: 'Waiting VIPs', query: 'is:open tag:vip', shared: false };
  expect((await agent.call('PUT', `/filters/${id}`, filter)).body).toEqual({ id, own: true, ...filter });
  expect(await names(agent)).toEqual(['Waiting VIPs']);
  expect(await names(colleague)).toEqual([]);
  expect((await colleague.call('PUT', `/filters/${id}`, filter)).status).toBe(403);
  expect((await admin.call('DELETE', `/filters/${id}`)).status).toBe(403);
  await agent.call('PUT', `/filters/${id}`, { ...filter, shared: true });
  expect(await names(colleague)).toEqual(['Waiting VIPs']);
  expect((await colleague.call('DELETE', `/filters/${id}`)).status).toBe(403);
  expect((await admin.call('DELETE', `/filters/${id}`)).status).toBe(204);
  expect(await names(agent)).toEqual([]);
});
