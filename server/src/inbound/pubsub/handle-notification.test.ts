import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  deleteSubscription,
  getSubscription,
} from '../../../../google-simulator/src/pubsub/subscriptions.ts';
import { getPolicy, setIam } from '../../../../google-simulator/src/pubsub/topics.ts';
import {
  canGmailPublish,
  openPubSub,
  readNotification,
  setUpChannel,
  setUpCommands,
} from '../../google/pubsub.ts';
import { startWatch } from '../../google/watch.ts';
import { pubsubNotificationRoutes } from '../../http/routes/google/pubsub-notifications.ts';
import type { HttpServer, Services } from '../../http/services.ts';
import { takeDueMailboxes } from '../../mailboxes/take-due-mailboxes.ts';
import { simulatorControls } from '../../testing/gmail-mailbox.ts';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { missedNotification, nextPollDelay } from '../sync/poll-interval.ts';
import { takeLooks } from '../sync/take-looks.ts';
import { handleNotifications } from './handle-notification.ts';
import { runSubscriber } from './pubsub-subscriber.ts';
import { clearWatches, renewWatch } from './renew-watch.ts';

const channel = {
  topic: 'projects/postroom-simulated/topics/gmail',
  subscription: 'projects/postroom-simulated/subscriptions/gmail-postroom',
};
const log = Fastify({ logger: false }).log;
let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
let pubsub: ReturnType<typeof openPubSub>;

beforeAll(async () => {
  fixture = await createMailFlowFixture();
  pubsub = openPubSub(fixture.google.config.addresses.pubsubRoot);
});
afterAll(() => fixture.close());

const mailbox = () =>
  fixture.read((tx) => tx.sql.selectFrom('mailbox').selectAll().executeTakeFirstOrThrow());
const problem = async () =>
  (
    await fixture.needs.deployment.sql
      .selectFrom('notificationHealth')
      .select('problem')
      .executeTakeFirstOrThrow()
  ).problem;
async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await sleep(20);
}

const isAskedFor = async () => (await fixture.syncsAskedFor()).length > 0;

/** Waits, because Gmail drops notifications beyond one a second. */
const nextSecond = () => fixture.google.simulator.clock.advance(1_500);

/** Runs the subscriber while `work` runs. */
async function withSubscriber(
  push: { endpoint: string; serviceAccount: string } | null,
  work: () => Promise<void>,
) {
  const stop = new AbortController();
  const { deployment, database } = fixture.needs;
  const deps = { deployment, database, pubsub, log };
  const ended = runSubscriber(deps, { channel, push }, stop.signal);
  try {
    await work();
  } finally {
    stop.abort();
    await ended;
  }
}

async function watchAll(topic = channel.topic) {
  const { database, deployment, gmail } = fixture.needs;
  await deployment.sql
    .updateTable('mailbox')
    .set({ watchRenewAt: new Date(0) })
    .execute();
  const due = await takeDueMailboxes(deployment, 'watchRenewAt', new Date());
  for (const at of due)
    await renewWatch({ database, gmail, topic }, at, new Date(), new AbortController().signal);
  return due;
}

test('a notification and a look do not wait for what is stored in the mailbox at the moment', async () => {
  const { deployment, database, locks } = fixture.needs;
  const { mailboxId } = fixture;
  const storing = await deployment.pool.connect();
  try {
    // As the foreign key of a message or a delivery that is not committed yet.
    await storing.query('begin');
    await storing.query('select from mailbox where id = $1 for key share', [mailboxId]);
    const { address, cursor } = await mailbox();
    const historyId = String(BigInt(cursor) + 100n);
    await handleNotifications({ deployment, database }, [{ emailAddress: address, historyId }]);
    const { taken, lost } = await takeLooks(locks, new Date(), 10);
    expect(taken).toMatchObject([{ mailboxId }]);
    await locks.release(
      taken.map(({ lock }) => lock),
      lost,
    );
  } finally {
    await storing.query('rollback');
    storing.release();
  }
});

test('topic, permission and a subscription without expiry are created once', async () => {
  for (let again = 0; again < 2; again += 1) {
    expect(await setUpChannel(pubsub, channel, null)).toEqual({ kind: 'ok', value: null });
  }
  const { simulator } = fixture.google;
  expect(getPolicy(simulator, channel.topic).bindings).toEqual([
    {
      role: 'roles/pubsub.publisher',
      members: ['serviceAccount:gmail-api-push@system.gserviceaccount.com'],
    },
  ]);
  expect(getSubscription(simulator, channel.subscription)).toMatchObject({
    topic: channel.topic,
    expirationPolicy: {},
    pushConfig: {},
  });
  expect(setUpCommands(channel, null).join('\n')).toContain(
    'gcloud pubsub subscriptions create gmail-postroom --project=postroom-simulated --topic=gmail',
  );
});

test('pull: a notification enqueues one sync and is acknowledged', async () => {
  expect(await watchAll()).toHaveLength(1);
  const { watchExpiresAt, watchRenewAt } = await mailbox();
  expect(watchExpiresAt!.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect(watchRenewAt.getTime()).toBeGreaterThan(Date.now() + 17 * 3_600_000);
  expect(watchRenewAt.getTime()).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
  await withSubscriber(null, async () => {
    // The notification of the watch itself, with nothing new.
    await until(async () => (await mailbox()).notifiedAt !== null);
    expect(await fixture.syncsAskedFor()).toEqual([]);
    nextSecond();
    fixture.arrive({ Subject: 'Notified' });
    await until(isAskedFor);
  });
  const { instanceId, mailboxId } = fixture;
  expect(only(await fixture.syncsAskedFor())).toEqual({ instanceId, mailboxId });
  const { nextSyncAt, unreadSince } = await mailbox();
  expect(nextSyncAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect(unreadSince!.getTime()).toBeLessThanOrEqual(Date.now());
  await fixture.sync();
  // After a notification the mailbox is polled once more soon, then every minute.
  expect((await mailbox()).nextSyncAt.getTime() - Date.now()).toBeLessThan(1_300);
  await fixture.needs.deployment.sql
    .updateTable('mailbox')
    .set({ notifiedAt: new Date(Date.now() - 2_000) })
    .execute();
  await fixture.sync();
  expect((await mailbox()).nextSyncAt.getTime() - Date.now()).toBeGreaterThan(50_000);
});

test('an expired subscription is created again', async () => {
  await fixture.forgetSyncs();
  await withSubscriber(null, async () => {
    deleteSubscription(fixture.google.simulator, channel.subscription);
    // Messages that arrive without notifications are found by polling.
    await until(async () => {
      try {
        return getSubscription(fixture.google.simulator, channel.subscription).name !== '';
      } catch {
        return false;
      }
    });
    await until(async () => (await problem()) === null);
    nextSecond();
    fixture.arrive({ Subject: 'After a month' });
    await until(isAskedFor);
  });
});

test('failing Pub/Sub is a problem; mailboxes are polled at once', async () => {
  await fixture.needs.deployment.sql
    .updateTable('mailbox')
    .set({ nextSyncAt: new Date(Date.now() + 60_000) })
    .execute();
  pubsub = openPubSub('http://127.0.0.1:9/');
  await withSubscriber(null, async () => until(async () => (await problem()) !== null));
  expect(await problem()).toMatchObject({ code: 'pubsub-unreachable' });
  const { nextSyncAt, disconnectedAt } = await mailbox();
  expect(nextSyncAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect(disconnectedAt).toBeNull();
  await fixture.sync();
  expect((await mailbox()).nextSyncAt.getTime() - Date.now()).toBeLessThan(3_100);
  pubsub = openPubSub(fixture.google.config.addresses.pubsubRoot);
  await withSubscriber(null, async () => until(async () => (await problem()) === null));
});

test('a Pub/Sub without policies, as Google’s emulator, is used all the same', async () => {
  const other = {
    topic: 'projects/postroom-simulated/topics/no-iam',
    subscription: 'projects/postroom-simulated/subscriptions/no-iam',
  };
  setIam(fixture.google.simulator, false);
  expect(await setUpChannel(pubsub, other, null)).toEqual({ kind: 'ok', value: null });
  expect(await canGmailPublish(pubsub, other.topic)).toEqual({ kind: 'ok', value: true });
  expect(getSubscription(fixture.google.simulator, other.subscription)).toMatchObject({ topic: other.topic });
  setIam(fixture.google.simulator, true);
});

test('a notification with a history id of more than 64 bits is none', () => {
  const data = (historyId: string) =>
    Buffer.from(`{"emailAddress":"support@acme.example","historyId":${historyId}}`).toString('base64');
  expect(readNotification(data('18446744073709551615'))?.historyId).toBe('18446744073709551615');
  expect(readNotification(data('18446744073709551616'))).toBeNull();
  expect(readNotification(data('99999999999999999999999'))).toBeNull();
});

test('a watch with another topic is replaced', async () => {
  const gmail = fixture.needs.gmail(fixture, { priority: 'live' });
  expect((await startWatch(gmail, 'projects/postroom-simulated/topics/other')).kind).toBe('ok');
  await watchAll();
  expect((await mailbox()).watchProblem).toBeNull();
});

test('a failed watch renewal is stored and retried; no topic, no watch', async () => {
  const control = simulatorControls(fixture.google);
  await control.fault('watch', '503', 1);
  await watchAll();
  expect((await mailbox()).watchProblem).toEqual({ code: 'watch-unanswered', params: {} });
  expect((await mailbox()).watchRenewAt.getTime()).toBeLessThan(Date.now() + 11 * 60_000);
  await clearWatches(fixture.needs.deployment);
  expect(await mailbox()).toMatchObject({ watchExpiresAt: null, watchProblem: null });
});

test('push: only tokens signed by Google for us are accepted', async () => {
  await fixture.forgetSyncs();
  const app = Fastify() as unknown as HttpServer;
  const serviceAccount = 'pusher@postroom-simulated.iam.gserviceaccount.com';
  const push = { endpoint: '', serviceAccount };
  pubsubNotificationRoutes(app, {
    connecting: fixture.needs,
    notifications: { channel, push },
    deployment: fixture.needs.deployment,
    database: fixture.needs.database,
    pause: { isPaused: () => false },
  } as unknown as Services);
  let refused = 0;
  app.addHook('onResponse', async (_request, reply) => {
    if (reply.statusCode === 401) refused += 1;
  });
  push.endpoint = `${await app.listen({ port: 0, host: '127.0.0.1' })}/google/notifications`;
  try {
    await withSubscriber(push, async () => {
      await until(
        () =>
          getSubscription(fixture.google.simulator, channel.subscription).pushConfig.pushEndpoint ===
          push.endpoint,
      );
      await watchAll();
      nextSecond();
      fixture.arrive({ Subject: 'Pushed' });
      await until(isAskedFor);
    });
    const body = {
      message: {
        data: Buffer.from('{"emailAddress":"support@acme.example","historyId":"99999999"}').toString(
          'base64',
        ),
      },
    };
    const post = (headers: Record<string, string>, payload: object = body) =>
      app.inject({ method: 'POST', url: '/google/notifications', headers, payload });
    await fixture.forgetSyncs();
    expect((await post({})).statusCode).toBe(401);
    expect((await post({ authorization: 'Bearer x.y.z' })).statusCode).toBe(401);
    push.serviceAccount = 'someone-else@postroom-simulated.iam.gserviceaccount.com';
    refused = 0;
    await watchAll();
    await until(() => refused > 0);
    expect(await fixture.syncsAskedFor()).toEqual([]);
  } finally {
    await app.close();
  }
});

test('when a mailbox is polled next', () => {
  const now = 1_000_000_000;
  const quiet = { now, foundMessages: false, lastActivityAt: 0, notifiedAt: null, mailboxes: 1 };
  expect(nextPollDelay({ ...quiet, notificationsReliable: false })).toBe(3_000);
  expect(nextPollDelay({ ...quiet, notificationsReliable: false, lastActivityAt: now - 1_000 })).toBe(1_000);
  expect(nextPollDelay({ ...quiet, notificationsReliable: true })).toBe(60_000);
  expect(nextPollDelay({ ...quiet, notificationsReliable: true, foundMessages: true })).toBe(1_200);
  // The notification arrived before its message.
  expect(nextPollDelay({ ...quiet, notificationsReliable: true, notifiedAt: now - 500 })).toBe(1_200);
});

test('with many mailboxes the intervals of all grow evenly', () => {
  const idle = { now: 1_000_000_000, foundMessages: false, lastActivityAt: 0, notifiedAt: null };
  const delay = (mailboxes: number, more: { notificationsReliable: boolean; lastActivityAt?: number }) =>
    nextPollDelay({ ...idle, ...more, mailboxes });
  expect(delay(600, { notificationsReliable: false })).toBe(3_000);
  expect(delay(10_000, { notificationsReliable: false })).toBeCloseTo(50_000);
  expect(delay(10_000, { notificationsReliable: false, lastActivityAt: idle.now })).toBeCloseTo(50_000 / 3);
  expect(delay(1_200, { notificationsReliable: true })).toBe(60_000);
  expect(delay(10_000, { notificationsReliable: true })).toBe(500_000);
});

test('a notification is missed if an older message had none', () => {
  const now = 1_000_000_000;
  const look = { now, foundMessages: true, lastMessageAt: now - 30_000, notifiedAt: null };
  expect(missedNotification(look)).toBe(true);
  expect(missedNotification({ ...look, foundMessages: false })).toBe(false);
  expect(missedNotification({ ...look, notifiedAt: now - 28_000 })).toBe(false);
  expect(missedNotification({ ...look, notifiedAt: now - 50_000 })).toBe(true);
  // A notification may still arrive.
  expect(missedNotification({ ...look, lastMessageAt: now - 1_000 })).toBe(false);
});
