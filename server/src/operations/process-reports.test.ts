import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSealer } from '../google/seal.ts';
import { eventLag, loopFailing, loopLastTurn } from '../metrics/metrics.ts';
import { pushKeys } from '../notifications/push-keys.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { signInFirstAdmin, startWebProcess } from '../testing/web-process.ts';
import { readProcesses, startProcessReports } from './process-reports.ts';

let fixture: TestDatabase;
beforeAll(async () => {
  fixture = await openTestDatabase();
});
afterAll(() => fixture?.close());

const open: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  loopFailing.remove({ loop: 'a loop of this test' });
  loopLastTurn.remove({ loop: 'a loop of this test' });
});
const start = (role: 'web' | 'worker') => {
  const reports = startProcessReports(
    fixture.deployment,
    { role, secrets: ['a secret'], url: 'http://127.0.0.1:4731' },
    { everyMs: 100 },
  );
  open.push(reports);
  return reports;
};
const read = () => readProcesses(fixture.deployment);
const roles = async () => (await read()).map(({ role }) => role);

test('a process reports how it is until it ends', async () => {
  loopFailing.set({ loop: 'a loop of this test' }, 3);
  loopLastTurn.set({ loop: 'a loop of this test' }, Date.now() / 1_000 - 601);
  start('web');
  const worker = start('worker');
  await expect.poll(roles).toEqual(['web', 'worker']);
  const [one] = await read();
  expect(one).toMatchObject({ pid: process.pid, isSilent: false });
  expect(one!.figures).toMatchObject({
    failingLoops: ['a loop of this test'],
    stoppedLoops: ['a loop of this test'],
    quotaLeft: 1,
    url: 'http://127.0.0.1:4731',
    eventLagMs: null,
  });
  expect(one!.startedAt.getTime()).toBeLessThan(one!.reportedAt.getTime());
  await worker.close();
  expect(await roles()).toEqual(['web']);
});

test('the event lag is that of the last minutes', async () => {
  // What an earlier time was like says nothing of now.
  eventLag.observe(10);
  start('web');
  await expect.poll(roles).toEqual(['web']);
  eventLag.observe(0.02);
  eventLag.observe(0.04);
  await expect.poll(async () => (await read())[0]!.figures.eventLagMs).toBe(30);
});

test('a process that reports no more is silent, then forgotten', async () => {
  const { pool } = fixture.deployment;
  await pool.query(
    `insert into process_report (id, role, pid, started_at, reported_at, figures)
     values (gen_random_uuid(), 'worker', 7, now() - interval '1 hour', now() - interval '31 seconds', '{}')`,
  );
  expect(await read()).toMatchObject([{ role: 'worker', pid: 7, isSilent: true }]);
  await pool.query(`update process_report set reported_at = now() - interval '16 minutes'`);
  expect(await read()).toEqual([]);
  start('web');
  await expect
    .poll(async () => (await pool.query('select pid from process_report')).rows)
    .toEqual([{ pid: process.pid }]);
});

test('a web process shows how the others are', async () => {
  const web = await startWebProcess(fixture.connection);
  const worker = await startWebProcess(fixture.connection, { POSTROOM_ROLE: 'worker' });
  try {
    const { headers, instancePath } = await signInFirstAdmin(web.address);
    const health = async () =>
      (await (await fetch(`${web.address}${instancePath}/health`, { headers })).json()) as {
        areas: Array<{ area: string; state: string; cause: string | null }>;
        processes: Array<{ role: string; state: string }>;
      };
    const processes = async () => (await health()).processes.map(({ role, state }) => ({ role, state }));
    await expect.poll(processes).toEqual([
      { role: 'web', state: 'good' },
      { role: 'worker', state: 'good' },
    ]);
    const area = async () => (await health()).areas.find((one) => one.area === 'processes');
    expect(await area()).toMatchObject({ state: 'good', cause: null });
    await worker.stop();
    expect(await area()).toMatchObject({ state: 'bad', cause: 'worker-missing' });
    await expect.poll(processes).toEqual([{ role: 'web', state: 'good' }]);
  } finally {
    await web.stop();
  }
});

test('what is sealed is sealed again once every process knows the new secret', async () => {
  const [former, current] = ['f'.repeat(32), 'c'.repeat(32)];
  await pushKeys(fixture.deployment, createSealer([former]));
  const sealedWith = async (secret: string) => {
    const { rows } = await fixture.deployment.pool.query('select sealed_private_key as key from push_key');
    return rows[0].key.startsWith(createSealer([secret]).prefix);
  };
  const next = { POSTROOM_SECRET: current, POSTROOM_SECRET_PREVIOUS: former };
  const old = await startWebProcess(fixture.connection, { POSTROOM_SECRET: former });
  await expect.poll(roles).toEqual(['web']);
  open.push({ close: (await startWebProcess(fixture.connection, next)).stop });
  expect(await sealedWith(former)).toBe(true);
  await old.stop();
  open.push({ close: (await startWebProcess(fixture.connection, next)).stop });
  expect(await sealedWith(current)).toBe(true);
});
