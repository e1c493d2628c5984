import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());

test('admins change receiving settings, which is audited; agents cannot', async () => {
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  const untouched = { messagesPerHour: 20, formMessagesPerHour: 500, newConversationAfterDays: null };
  expect(await admin.call('GET', '/receiving')).toEqual({ status: 200, body: { receiving: untouched } });

  const changed = await admin.call('PATCH', '/receiving', { newConversationAfterDays: 14 });
  const receiving = { ...untouched, newConversationAfterDays: 14 };
  expect(changed).toEqual({ status: 200, body: { receiving } });
  expect((await admin.call('PATCH', '/receiving', receiving)).body).toEqual({ receiving });
  expect((await admin.call('GET', '/receiving')).body).toEqual({ receiving });
  for (const wrong of [
    { messagesPerHour: 0 },
    { formMessagesPerHour: 0 },
    { newConversationAfterDays: 1.5 },
    { other: 1 },
  ]) {
    expect((await admin.call('PATCH', '/receiving', wrong)).status).toBe(400);
  }

  const entries = await fixture.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('auditEntry')
      .where('action', '=', 'receiving.settings-changed')
      .select(['actorId', 'before', 'after'])
      .execute(),
  );
  expect(entries).toEqual([{ actorId: admin.id, before: untouched, after: receiving }]);

  const agent = await fixture.person(instanceId, 'agent');
  expect((await agent.call('GET', '/receiving')).status).toBe(403);
  expect((await agent.call('PATCH', '/receiving', { messagesPerHour: 1 })).status).toBe(403);
  const elsewhere = await fixture.person((await fixture.admin()).instanceId, 'admin');
  expect((await elsewhere.call('GET', '/receiving')).body).toEqual({ receiving: untouched });
});
