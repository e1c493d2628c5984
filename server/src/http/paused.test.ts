import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { watchOutgoingRequests } from '../testing/outgoing-requests.ts';
import { routeCases } from '../testing/route-cases.ts';
import { seedInstance } from '../testing/seeded-instance.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let requests: ReturnType<typeof watchOutgoingRequests>;

/** As after a restore: the copy has everything, and is paused. */
beforeAll(async () => {
  const push = {
    endpoint: 'https://postroom.example/google/notifications',
    serviceAccount: 'push@test.example',
  };
  const [topic, subscription] = ['projects/test/topics/gmail', 'projects/test/subscriptions/gmail'];
  fixture = await createHttpFixture({ notifications: { channel: { topic, subscription }, push } });
  requests = watchOutgoingRequests(fixture.google.url);
});
afterAll(async () => {
  requests?.stop();
  await fixture?.close();
});

const pauseNow = async () => {
  const { pool } = fixture.needs.deployment;
  await pool.query('delete from pause');
  await pool.query(`insert into pause (backup_at) values ('2026-01-02T03:04:05Z')`);
  await fixture.pause.refresh();
};

test('while paused, no route asks Google for anything', async () => {
  const owner = await fixture.admin();
  await fixture.connect(owner, 'support@acme.example');
  const admin = await fixture.person(owner.instanceId, 'admin');
  const { ids, instanceId } = await seedInstance(fixture.needs.deployment, {
    owner: admin.id,
    admin: admin.id,
    agent: admin.id,
  });
  await fixture.needs.deployment.pool.query(
    `update membership set role = 'admin' where user_id = $1 and instance_id = $2`,
    [admin.id, instanceId],
  );
  await pauseNow();
  requests.sent.length = 0;
  const refused: string[] = [];
  for (const row of routeCases) {
    if (
      row.stream ||
      /me\/sessions|sign-out|auth\/\*$|DELETE \/api\/instances\/:instanceId(\/pause)?$/.test(row.route)
    )
      continue;
    const path = row.call.replace(/:(\w+)/g, (_, name) => (name === 'instanceId' ? instanceId : ids[name]!));
    const body = row.body({ ids, instanceId } as never);
    const answer = await fixture.app.inject({
      method: row.route.split(' ')[0] as 'GET',
      url: path,
      headers: {
        ...admin.headers,
        ...(body !== undefined && {
          'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
        }),
      },
      ...(body !== undefined && { payload: body }),
    });
    if (/"code":"paused"/.test(answer.body))
      refused.push(row.route.replace('/api/instances/:instanceId', ''));
  }
  expect(requests.sent).toEqual([]);
  expect(refused.sort()).toEqual([
    'DELETE /connections/:connectionId',
    'DELETE /mailboxes/:mailboxId',
    'POST /connections',
    'POST /connections/:connectionId/save',
    'POST /google-set-up/check',
    'POST /google-set-up/security-events',
    'POST /mailboxes/:mailboxId/import-estimates',
    'POST /template-tests',
  ]);
  const push = (path: string) => fixture.app.inject({ method: 'POST', url: path, payload: 'x' });
  expect((await push('/google/security-events')).statusCode).toBe(503);
  expect((await fixture.app.inject('/oauth/google/callback?code=1&state=2')).body).toContain('restored copy');
  await fixture.app.inject({ method: 'POST', url: '/api/password', payload: { email: admin.email } });
  const invited = await admin.call('POST', '/invitations', { email: 'new@acme.example', role: 'agent' });
  expect(invited.body.link.sentFrom).toBe(null);
  expect(requests.sent).toEqual([]);
}, 120_000);

test('everybody sees the pause, and an admin ends it', async () => {
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  const agent = await fixture.person(instanceId, 'agent');
  await pauseNow();
  const seen = async () => (await agent.call('GET', '/pause')).body.pause;
  expect(await seen()).toMatchObject({ backupAt: '2026-01-02T03:04:05.000Z' });
  expect((await agent.call('DELETE', '/pause')).status).toBe(403);
  expect((await admin.call('DELETE', '/pause')).status).toBe(204);
  expect((await admin.call('DELETE', '/pause')).status).toBe(204);
  expect(await seen()).toBe(null);
  const { body } = await admin.call('GET', '/audit');
  expect(
    body.entries.filter(({ action }: { action: string }) => action === 'deployment.resumed').length,
  ).toBe(1);
  requests.sent.length = 0;
  expect((await admin.call('POST', '/google-set-up/check')).status).toBe(200);
  expect(requests.sent.length).toBeGreaterThan(0);
});
