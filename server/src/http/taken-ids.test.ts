import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignRole } from '../instances/instances.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let admin: Awaited<ReturnType<typeof fixture.person>>;
let world: SeededInstance;

beforeAll(async () => {
  fixture = await createHttpFixture();
  const { instanceId } = await fixture.admin();
  admin = await fixture.person(instanceId, 'admin');
  const { id } = admin;
  world = await seedInstance(fixture.needs.deployment, { owner: id, admin: id, agent: id });
  await assignRole(fixture.needs.deployment, { instanceId: world.instanceId, userId: id, role: 'admin' });
});
afterAll(() => fixture?.close());

const html = '<p>Hello</p>';

async function ask(method: 'PUT' | 'POST', path: string, payload: object | Buffer) {
  const type = Buffer.isBuffer(payload) ? 'application/octet-stream' : 'application/json';
  const answer = await fixture.app.inject({
    method,
    url: `/api/instances/${world.instanceId}${path}`,
    headers: { ...admin.headers, 'content-type': type },
    payload,
  });
  return { status: answer.statusCode, code: answer.json().code };
}

const draft = (kind: string, conversationId: string | null) => ({
  version: 0,
  kind,
  conversationId,
  mailboxId: null,
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  html,
});

test.each(['reply', 'note'])('a draft of kind %s without a conversation is refused', async (kind) => {
  expect(await ask('PUT', `/drafts/${uuid()}`, draft(kind, null))).toMatchObject({
    status: 400,
    code: 'invalid-request',
  });
});

test('a draft of a new message in a conversation is refused', async () => {
  const { conversationId } = world.ids;
  const answer = await ask('PUT', `/drafts/${uuid()}`, draft('new', conversationId!));
  expect(answer).toMatchObject({ status: 400, code: 'invalid-request' });
});

test.each([
  'attachmentId',
  'bulkId',
  'conversationId',
  'customerId',
  'draftId',
  'mailboxId',
  'messageId',
  'queuedId',
  'savedReplyId',
  'tagId',
  'filterId',
])('no route fails on the id of something else: %s', async (name) => {
  const id = world.ids[name]!;
  const other = uuid();
  expect(await ask('PUT', `/drafts/${other}`, draft('new', null))).toMatchObject({ status: 200 });
  const { conversationId, mailboxId, customerId } = world.ids;
  const answers = [
    await ask('PUT', `/drafts/${id}`, draft('new', null)),
    await ask('PUT', `/drafts/${id}`, draft('reply', conversationId!)),
    await ask('PUT', `/drafts/${other}/attachments/${id}?filename=a.txt`, Buffer.from('file')),
    await ask('POST', `/conversations/${conversationId}/replies`, {
      id,
      mailboxId,
      to: ['ana@far.example'],
      html,
    }),
    await ask('POST', `/conversations/${conversationId}/notes`, { id, html }),
    await ask('PUT', `/tags/${id}`, { name: `Another ${name}` }),
    await ask('PUT', `/filters/${id}`, { name: 'Open', query: 'is:open', shared: false }),
    await ask('PUT', `/saved-replies/${id}`, { name: `another-${name.toLowerCase()}`, html }),
    await ask('PUT', `/bulk-messages/${id}`, { mailboxId, subject: 'News', html }),
    await ask('POST', `/customers/${customerId}/notes`, { id, body: 'A note' }),
  ];
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
});

test('the same id used twice at once is stored once', async () => {
  const draftId = uuid();
  await ask('PUT', `/drafts/${draftId}`, draft('new', null));
  const { conversationId, mailboxId } = world.ids;
  const bulk = { mailboxId, subject: 'News', html };
  const to = ['ana@far.example'];
  const attempts: Array<(id: string) => Promise<{ status: number }>> = [
    (id) => ask('PUT', `/drafts/${draftId}/attachments/${id}?filename=a.txt`, Buffer.from('file')),
    (id) => ask('PUT', `/filters/${id}`, { name: 'Open', query: 'is:open', shared: false }),
    (id) => ask('PUT', `/tags/${id}`, { name: 'VIP' }),
    (id) => ask('PUT', `/saved-replies/${id}`, { name: 'hello', html }),
    (id) => ask('POST', `/conversations/${conversationId}/notes`, { id, html }),
    (id) => ask('POST', `/conversations/${conversationId}/replies`, { id, mailboxId, to, html }),
    (id) => ask('PUT', `/bulk-messages/${id}`, bulk),
    (id) => ask('PUT', `/drafts/${id}`, draft('new', null)),
  ];
  for (const attempt of attempts) {
    const id = uuid();
    const answers = await Promise.all(Array.from({ length: 8 }, () => attempt(id)));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(answers).toContainEqual({ status: expect.toSatisfy((status: number) => status < 300) });
  }
});

test('of a note and a reply with the same id at once, the note is not sent', async () => {
  const { conversationId, mailboxId } = world.ids;
  const path = `/conversations/${conversationId}`;
  const ids = Array.from({ length: 10 }, () => uuid());
  for (const id of ids) {
    await Promise.all([
      ask('POST', `${path}/replies`, { id, mailboxId, to: ['ana@far.example'], html }),
      ask('POST', `${path}/notes`, { id, html }),
    ]);
  }
  const { rows } = await fixture.needs.deployment.pool.query(
    `select m.direction, d.message_id is not null as "isSent" from message m
     left join delivery d on d.instance_id = m.instance_id and d.message_id = m.id where m.id = any($1)`,
    [ids],
  );
  expect(rows).toHaveLength(ids.length);
  expect(rows.filter(({ direction, isSent }) => isSent !== (direction === 'outbound'))).toEqual([]);
});
