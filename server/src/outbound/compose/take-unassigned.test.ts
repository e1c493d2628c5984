import { v4 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createComposerFixture } from '../../testing/composer-fixture.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
let conversationId: string;
beforeAll(async () => {
  fixture = await createComposerFixture();
  await fixture.agent.call('PATCH', '/writing-settings', { undoSeconds: 0 });
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  ({ conversationId } = await fixture.conversation());
});

async function send(kind: 'reply' | 'note' = 'reply') {
  const id = uuid();
  await fixture.save(id, { conversationId, kind });
  const { status } = await fixture.agent.call('POST', `/drafts/${id}/send`, { version: 1 });
  expect(status).toBe(201);
}
const row = async () =>
  (await fixture.agent.call('GET', `/conversations/${conversationId}`)).body.conversation;

test('a reply takes a conversation that nobody has, and the row names its author', async () => {
  await send();
  const agent = { id: fixture.agent.id, name: 'Some agent' };
  expect(await row()).toMatchObject({ assignee: agent, lastDirection: 'outbound', lastAuthor: agent });
});

test('a note takes nothing', async () => {
  await send('note');
  expect(await row()).toMatchObject({ assignee: null, lastAuthor: null });
});

test('a conversation of a colleague stays theirs', async () => {
  const colleague = await fixture.person(fixture.acme.instanceId, 'agent');
  await fixture.agent.call('PATCH', `/conversations/${conversationId}`, { assigneeId: colleague.id });
  await send();
  expect(await row()).toMatchObject({ assignee: { id: colleague.id } });
});

test('a person can turn it off, and choose what comes after Done', async () => {
  const settings = { takeUnassigned: false, afterDone: 'list' };
  const { body } = await fixture.agent.call('PATCH', '/writing-settings', settings);
  expect(body).toMatchObject(settings);
  await send();
  expect(await row()).toMatchObject({ assignee: null });
});
