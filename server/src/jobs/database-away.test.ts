import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addMessage } from '../../../google-simulator/src/mail/messages.ts';
import { connect } from '../database/connect.ts';
import { cutSilentConnections } from '../database/cut-silent-connections.ts';
import { startHeartbeat } from '../database/heartbeat.ts';
import { bindToInstances } from '../database/instance-transaction.ts';
import { openLocks } from '../database/session-locks.ts';
import { createLog } from '../log.ts';
import { openGmailAccess } from '../mailboxes/gmail-access.ts';
import { loopFailing, loopLastTurn } from '../metrics/metrics.ts';
import { publicInternet } from '../network/network-access.ts';
import { openQueue } from '../queue/queue.ts';
import { type Admin, createConnectionFixture } from '../testing/connection-fixture.ts';
import { openDatabaseRelay } from '../testing/database-relay.ts';
import { startBackgroundJobs } from './background-jobs.ts';

/** All background jobs of a worker, with Pub/Sub, on a Postgres that can be taken away. */
let fixture: Awaited<ReturnType<typeof createConnectionFixture>>;
let relay: Awaited<ReturnType<typeof openDatabaseRelay>>;
let acme: Admin;
let lines: string[];
const cleanups: Array<() => Promise<unknown>> = [];
const address = 'support@acme.example';
const notPaused = { isPaused: () => false, resumedAt: () => null };

beforeEach(async () => {
  fixture = await createConnectionFixture();
  relay = await openDatabaseRelay();
  const connection = relay.through(fixture.needs.deployment.connection);
  const deployment = connect(connection);
  const database = bindToInstances(deployment);
  const locks = openLocks(connection);
  const heartbeat = startHeartbeat(connection);
  cutSilentConnections(heartbeat, deployment, locks);
  lines = [];
  const log = createLog('info', { destination: { write: (line) => void lines.push(line) } });
  const queue = await openQueue(deployment, { isWorker: true, onError: (error) => log.error(error) });
  const base = { ...fixture.needs, deployment, database, locks };
  const connecting = { ...base, gmail: openGmailAccess(base) };
  const channel = {
    topic: 'projects/postroom-simulated/topics/gmail',
    subscription: 'projects/postroom-simulated/subscriptions/gmail-postroom',
  };
  const jobs = await startBackgroundJobs(
    {
      deployment,
      database,
      locks,
      queue,
      sealer: fixture.needs.sealer,
      webhookNetwork: publicInternet,
      connecting,
      notifications: { channel, push: null },
      push: { sealer: fixture.needs.sealer, contact: 'https://postroom.example', network: publicInternet },
      pause: notPaused,
    },
    log,
  );
  cleanups.push(
    jobs.stop,
    queue.stop,
    heartbeat.close,
    locks.close,
    () => deployment.pool.end(),
    relay.close,
    fixture.close,
  );
  acme = await fixture.admin();
  await fixture.connect(acme, address);
  arrive('Before');
  await expect.poll(subjects, { timeout: 20_000 }).toEqual(['Before']);
}, 60_000);
afterEach(async () => {
  relay.restore();
  for (const close of cleanups.splice(0)) await close();
}, 60_000);

const arrive = (subject: string) =>
  addMessage(fixture.google.simulator, address, {
    raw: Buffer.from(`From: Ana <ana@far.example>\r\nTo: ${address}\r\nSubject: ${subject}\r\n\r\nHello\r\n`),
    labels: ['INBOX'],
  });
const subjects = async () =>
  (
    await fixture.inInstance(acme.instanceId, (tx) =>
      tx.sql.selectFrom('message').select('subject').orderBy('sentAt').execute(),
    )
  ).map(({ subject }) => subject);
/** A figure by loop. */
const byLoop = async (figure: typeof loopLastTurn) =>
  Object.fromEntries((await figure.get()).values.map(({ labels, value }) => [String(labels.loop), value]));

test.each(['cut', 'hang'] as const)(
  'after Postgres was away for 10 s (%s) every loop goes on, and mail arrives by notifications',
  async (kind) => {
    const loops = Object.keys(await byLoop(loopLastTurn));
    expect(loops.length).toBeGreaterThan(12);
    relay[kind]();
    await sleep(10_000);
    // What came meanwhile, and the failures of all loops and jobs in a few lines.
    arrive('Meanwhile');
    expect(lines.filter((line) => /"level":50/.test(line)).length).toBeLessThan(5);
    relay.restore();
    const restored = Date.now() / 1_000;
    const late = async () =>
      Object.entries(await byLoop(loopLastTurn)).flatMap(([loop, turn]) => (turn < restored ? [loop] : []));
    // It waits at Pub/Sub for the next notification, which comes below.
    const waiting = (loop: string) => loop !== 'receive notifications';
    await expect.poll(async () => (await late()).filter(waiting), { timeout: 40_000 }).toEqual([]);
    const failing = async () =>
      Object.entries(await byLoop(loopFailing)).flatMap(([loop, count]) => (count > 0 ? [loop] : []));
    await expect.poll(failing, { timeout: 40_000 }).toEqual([]);
    await expect.poll(subjects, { timeout: 20_000 }).toEqual(['Before', 'Meanwhile']);

    const notifiedAt = async () =>
      (await fixture.needs.deployment.sql.selectFrom('mailbox').select('notifiedAt').executeTakeFirst())
        ?.notifiedAt;
    const before = await notifiedAt();
    arrive('After');
    await expect.poll(notifiedAt, { timeout: 20_000 }).not.toEqual(before);
    await expect.poll(subjects, { timeout: 5_000 }).toEqual(['Before', 'Meanwhile', 'After']);
    expect(await late()).toEqual([]);
  },
  150_000,
);
