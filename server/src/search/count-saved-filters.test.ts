import { afterAll, beforeAll, expect, test } from 'vitest';
import { createComposerFixture } from '../testing/composer-fixture.ts';

let fixture: Awaited<ReturnType<typeof createComposerFixture>>;
beforeAll(async () => {
  fixture = await createComposerFixture();
});
afterAll(() => fixture?.close());

test('saved filters that are as cheap as a view are counted', async () => {
  const { conversationId } = await fixture.conversation();
  await fixture.conversation();
  const tagId = crypto.randomUUID();
  await fixture.agent.call('PUT', `/tags/${tagId}`, { name: 'late', color: 'red' });
  await fixture.agent.call('PATCH', `/conversations/${conversationId}`, { addTags: [tagId] });
  const save = async (query: string) => {
    const filterId = crypto.randomUUID();
    const body = { name: query, query, shared: false };
    expect((await fixture.agent.call('PUT', `/filters/${filterId}`, body)).status).toBe(200);
    return filterId;
  };
  const tagged = await save('tag:late');
  const open = await save('is:open');
  const both = await save('is:open -tag:late');
  // Not counted: with text, not restricted by an index, or with an unknown value.
  for (const query of ['is:open parcel', 'is:unread', '-tag:late', 'tag:unknown', 'is:open has:file'])
    await save(query);
  const { body } = await fixture.agent.call('GET', '/views');
  const counts = new Map(
    body.filters.map(({ filterId, count }: { filterId: string; count: number }) => [filterId, count]),
  );
  expect(counts).toEqual(
    new Map([
      [tagged, 1],
      [open, body.open],
      [both, body.open - 1],
    ]),
  );
  const other = await fixture.person(fixture.acme.instanceId, 'agent');
  expect((await other.call('GET', '/views')).body.filters).toEqual([]);
});
