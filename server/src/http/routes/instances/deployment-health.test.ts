import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';
import { seedInstance } from '../../../testing/seeded-instance.ts';

type Area = {
  area: string;
  state: string;
  cause: string | null;
  figures: Array<{ name: string; value: number }>;
};

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let admin: Awaited<ReturnType<(typeof fixture)['person']>>;
let seeded: { instanceId: string };
beforeAll(async () => {
  fixture = await createHttpFixture();
  const { instanceId } = await fixture.admin();
  admin = await fixture.person(instanceId, 'admin');
  const other = await fixture.person(instanceId, 'admin');
  const members = { owner: other.id, admin: other.id, agent: other.id };
  seeded = await seedInstance(fixture.needs.deployment, members);
});
afterAll(() => fixture?.close());

const query = (text: string, values: unknown[] = []) => fixture.needs.deployment.pool.query(text, values);
async function health(): Promise<Record<string, Area & { of: Record<string, number> }>> {
  const { status, body } = await admin.call('GET', '/health');
  expect(status).toBe(200);
  return Object.fromEntries(
    body.areas.map((one: Area) => [
      one.area,
      { ...one, of: Object.fromEntries(one.figures.map(({ name, value }) => [name, value])) },
    ]),
  );
}

test('the health of an organization has nothing of another one', async () => {
  await query('update mailbox set disconnected_at = now(), disconnected_code = $1 where instance_id = $2', [
    'access-revoked',
    seeded.instanceId,
  ]);
  const { addresses, receiving, sending } = await health();
  expect(addresses).toMatchObject({ state: 'good', cause: null, of: { connected: 0, disconnected: 0 } });
  expect(receiving).toMatchObject({ state: 'good', of: { unreadable: 0, syncLag: 0 } });
  expect(sending).toMatchObject({ state: 'good', of: { queued: 0, held: 0 } });
});

test('what is not as it should be has a cause, the worst first', async () => {
  const own = async (text: string) =>
    query(`update mailbox set ${text} where instance_id = $1`, [seeded.instanceId]);
  const people = await query('select user_id from membership where instance_id = $1', [seeded.instanceId]);
  await query(`insert into membership (instance_id, user_id, role) values ($1, $2, 'admin')`, [
    seeded.instanceId,
    admin.id,
  ]);
  expect(people.rows).toHaveLength(1);
  const inSeeded = async () => {
    const url = `/api/instances/${seeded.instanceId}/health`;
    const { areas } = (await fixture.app.inject({ url, headers: admin.headers })).json();
    return (area: string) => areas.find((one: Area) => one.area === area) as Area;
  };
  await own('disconnected_at = now()');
  expect((await inSeeded())('addresses')).toMatchObject({ state: 'bad', cause: 'disconnected' });
  await own(
    `disconnected_at = null, disconnected_code = null, trouble_since = now(), unread_since = null, watch_expires_at = null`,
  );
  expect((await inSeeded())('addresses')).toMatchObject({ state: 'attention', cause: 'trouble' });
  // The seeded instance has an unreadable message.
  expect((await inSeeded())('receiving')).toMatchObject({ state: 'attention', cause: 'unreadable' });
  await own(`unread_since = now() - interval '5 minutes'`);
  expect((await inSeeded())('receiving')).toMatchObject({ state: 'bad', cause: 'mail-late' });
  await query(`update delivery set state = 'held' where instance_id = $1`, [seeded.instanceId]);
  expect((await inSeeded())('sending')).toMatchObject({ state: 'attention', cause: 'held' });
});

test('all processes are shown, with what is not as it should be', async () => {
  const well = {
    ...{
      failingLoops: [],
      stoppedLoops: [],
      streams: 3,
      eventLagMs: 20,
      connectionsUsed: 2,
      connectionsWaiting: 0,
    },
    ...{ refreshes: 1, refreshesFailed: 0, quotaLeft: 0.8 },
  };
  const report = (pid: number, role: string, figures: object) =>
    query(
      `insert into process_report values (gen_random_uuid(), $1, $2, now() - interval '1 hour', now(), $3)`,
      [role, pid, JSON.stringify({ ...well, ...figures })],
    );
  expect((await health()).processes).toMatchObject({ state: 'bad', cause: 'worker-missing' });
  await report(1, 'web', {});
  await report(2, 'worker', { quotaLeft: 0.5, streams: 0, eventLagMs: null });
  const { processes, database, work, google, live } = await health();
  expect(processes).toMatchObject({ state: 'good', of: { webProcesses: 1, workers: 1, silentProcesses: 0 } });
  expect(database!.of).toMatchObject({ connectionsUsed: 4, connectionsWaiting: 0 });
  expect(database!.of.answerMs).toBeGreaterThanOrEqual(0);
  expect(work).toMatchObject({ state: 'good', of: { loopsFailing: 0 } });
  expect(google).toMatchObject({ state: 'good', of: { quotaLeft: 0.5 } });
  expect(live).toMatchObject({ state: 'good', of: { streams: 3, eventLag: 20 } });

  await report(3, 'worker', { failingLoops: ['a loop'], refreshes: 3, refreshesFailed: 3 });
  expect(await health()).toMatchObject({
    work: { state: 'attention', cause: 'work-failing', of: { loopsFailing: 1 } },
    google: { state: 'attention', cause: 'refresh-failing' },
  });
  await report(4, 'worker', { stoppedLoops: ['a loop'], eventLagMs: 2_500 });
  expect(await health()).toMatchObject({
    work: { state: 'bad', cause: 'work-stopped' },
    live: { state: 'attention', cause: 'events-late' },
  });
  await query(`update process_report set reported_at = now() - interval '1 minute' where pid in (3, 4)`);
  expect(await health()).toMatchObject({
    processes: { state: 'attention', cause: 'process-silent', of: { workers: 1, silentProcesses: 2 } },
    work: { state: 'good' },
    live: { state: 'good' },
  });
  expect((await admin.call('GET', '/health')).body.processes).toMatchObject([
    { pid: 1, role: 'web', state: 'good', silent: false, streams: 3, eventLagMs: 20 },
    { pid: 2, role: 'worker', state: 'good', silent: false, failingLoops: [] },
    { pid: 3, role: 'worker', state: 'bad', silent: true, failingLoops: ['a loop'] },
    { pid: 4, role: 'worker', state: 'bad', silent: true, stoppedLoops: ['a loop'] },
  ]);
});

test('an agent does not see it', async () => {
  const agent = await fixture.person((await fixture.admin()).instanceId, 'agent');
  expect((await agent.call('GET', '/health')).status).toBe(403);
});
