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

test('admins name other addresses of ours; offered are those by which mail came', async () => {
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  expect((await admin.call('GET', '/own-addresses')).body).toEqual({ addresses: [], offered: [] });
  await fixture.inInstance(instanceId, async (tx) => {
    await tx.sql
      .insertInto('ownAddress')
      .values({ instanceId, address: 'old@acme.example', kind: 'former' })
      .execute();
  });

  const added = await admin.call('POST', '/own-addresses', { address: 'Team@ACME.example' });
  const addresses = [
    { address: 'old@acme.example', kind: 'former' },
    { address: 'team@acme.example', kind: 'named' },
  ];
  expect(added).toEqual({ status: 200, body: { addresses, offered: [] } });
  await admin.call('POST', '/own-addresses', { address: '@bücher.example' });
  const removed = await admin.call('DELETE', '/own-addresses/team@acme.example');
  expect(removed.body).toMatchObject({
    addresses: [{ address: '@xn--bcher-kva.example' }, { address: 'old@acme.example' }],
  });
  for (const address of ['team', '@', '@gmail.com', 'a@b@c.example', '@acme']) {
    expect((await admin.call('POST', '/own-addresses', { address })).status).toBe(400);
  }

  const entries = await fixture.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('auditEntry')
      .where('action', 'like', 'receiving.address%')
      .select(['action', 'subject'])
      .orderBy('at')
      .orderBy('id')
      .execute(),
  );
  expect(entries.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
    'receiving.address-added team@acme.example',
    'receiving.address-added @xn--bcher-kva.example',
    'receiving.address-removed team@acme.example',
  ]);
});
