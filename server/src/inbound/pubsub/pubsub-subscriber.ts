import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { sql } from 'kysely';
import { backoff } from '../../backoff.ts';
import type { Deployment } from '../../database/connect.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import {
  acknowledge,
  type Channel,
  type PubSub,
  type PushTarget,
  pull,
  setUpChannel,
  setUpCommands,
  setUpSubscription,
} from '../../google/pubsub.ts';
import { loopLastTurn } from '../../metrics/metrics.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';
import { handleNotifications, type NotificationDeps } from './handle-notification.ts';

export type SubscriberDeps = NotificationDeps & {
  pubsub: PubSub;
  log: FastifyBaseLogger;
};

export const subscriberLoop = 'receive notifications';

/**
 * Receives notifications until the signal aborts. Creates topic and subscription if it is allowed to, then
 * pulls, or with `push` checks that the subscription still pushes. A failure is stored, logged once, and
 * retried with backoff; meanwhile mailboxes are polled.
 */
export async function runSubscriber(
  deps: SubscriberDeps,
  { channel, push }: { channel: Channel; push: PushTarget | null },
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let isSetUp = false;
  while (!signal.aborted) {
    const answer = isSetUp
      ? await receiveOnce(deps, channel, push, signal)
      : await prepareChannel(deps, channel, push);
    if (signal.aborted) return;
    if (answer.kind === 'ok') {
      loopLastTurn.set({ loop: subscriberLoop }, Date.now() / 1_000);
      if (failures > 0 || !isSetUp) await setNotificationHealth(deps.deployment, null);
      if (failures > 0) deps.log.info('notifications from Google can arrive again');
      isSetUp = true;
      failures = 0;
      continue;
    }
    // Deleted, or expired after a month without use: it is created again. Polling goes on meanwhile.
    if (answer.kind === 'not-found') isSetUp = false;
    if (failures === 0) logFailure(deps.log, answer, setUpCommands(channel, push));
    await setNotificationHealth(deps.deployment, problemOf(answer));
    const requestedDelay = 'after' in answer ? answer.after : null;
    await sleep(backoff(failures, requestedDelay), undefined, { signal }).catch(() => {});
    failures += 1;
  }
}

/**
 * Creates topic and subscription. Without the permission for it they may still exist, created by somebody
 * else: a pull shows whether they do; with `push`, the notifications of each mailbox show it.
 */
async function prepareChannel({ pubsub, log }: SubscriberDeps, channel: Channel, push: PushTarget | null) {
  const result = await setUpChannel(pubsub, channel, push);
  if (result.kind !== 'refused') return result;
  const commands = setUpCommands(channel, push);
  log.info(
    { commands },
    'Postroom has no permission to set up Pub/Sub. Unless it is set up already, run these commands',
  );
  if (push) return done;
  const pullResult = await pull(pubsub, channel.subscription, AbortSignal.timeout(1_000));
  return pullResult.kind === 'ok' || pullResult.kind === 'retry' ? done : pullResult;
}

const done = { kind: 'ok', value: null } as const;

/** How often a subscription that pushes is checked. */
const pushCheckIntervalMs = 60_000;

async function receiveOnce(
  deps: SubscriberDeps,
  channel: Channel,
  push: PushTarget | null,
  signal: AbortSignal,
) {
  const { pubsub } = deps;
  if (push) {
    await sleep(pushCheckIntervalMs, undefined, { signal }).catch(() => {});
    return setUpSubscription(pubsub, channel, push);
  }
  const pullResult = await pull(pubsub, channel.subscription, signal);
  // No notification came while Pub/Sub kept the pull open.
  if (pullResult.kind === 'retry' && pullResult.cause === 'timed-out') return done;
  if (pullResult.kind !== 'ok' || pullResult.value.length === 0) return pullResult;
  await handleNotifications(
    deps,
    pullResult.value.flatMap(({ notification }) => notification ?? []),
  );
  // Acknowledged last: if the process dies before, Pub/Sub delivers them again, as it does where this fails. The next
  // pull does not wait for it.
  const ackIds = pullResult.value.map(({ ackId }) => ackId);
  acknowledge(pubsub, channel.subscription, ackIds).catch(() => {});
  return done;
}

function problemOf(failure: GoogleFailure): StoredProblem {
  if (failure.kind === 'refused') return failure.problem;
  return storedProblem(failure.kind === 'not-found' ? 'pubsub-topic-missing' : 'pubsub-unreachable');
}

function logFailure(log: FastifyBaseLogger, failure: GoogleFailure, commands: string[]): void {
  const { code, params } = problemOf(failure);
  const isTemporary = failure.kind === 'retry' || failure.kind === 'rate-limited';
  log.warn(
    { failure: failure.kind, code, params, ...(!isTemporary && { commands }) },
    `notifications of Google do not arrive (${code})${isTemporary ? '' : '; to set it up, run these commands'}`,
  );
}

/**
 * Stores whether notifications reach this deployment: null if they do. When they stop, every mailbox is due
 * at once, because those with notifications were polled rarely.
 */
async function setNotificationHealth(deployment: Deployment, problem: StoredProblem | null): Promise<void> {
  const storedProblem = problem && JSON.stringify(problem);
  const changed = await deployment.sql
    .updateTable('notificationHealth')
    .set({ problem: storedProblem, changedAt: new Date() })
    .where(sql<boolean>`problem is distinct from ${storedProblem}::jsonb`)
    .returning('problem')
    .executeTakeFirst();
  if (!changed || !problem) return;
  await deployment.sql
    .updateTable('mailbox')
    .set({ nextSyncAt: new Date() })
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .where('nextSyncAt', '>', new Date(Date.now() + 3_000))
    .execute();
}
