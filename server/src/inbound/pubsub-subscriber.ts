import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { GoogleFailure } from '../google/errors.ts';
import {
  acknowledge,
  type Channel,
  type PubSub,
  type PushTarget,
  pull,
  setUpChannel,
  setUpCommands,
  setUpSubscription,
} from '../google/pubsub.ts';
import { backoff } from '../google/retry-delay.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';
import { handleNotifications, type NotificationDeps } from './handle-notification.ts';
import { setNotificationHealth } from './set-notification-health.ts';

export type SubscriberDeps = NotificationDeps & {
  pubsub: PubSub;
  log: FastifyBaseLogger;
};

/**
 * Listens until the signal aborts: sets topic and subscription up where that may be done from here,
 * then pulls (without `push`) or sees to it that Pub/Sub goes on pushing. Every failure is noted, said
 * once in the log, and tried again; meanwhile mailboxes are polled.
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
      if (failures > 0 || !isSetUp) await setNotificationHealth(deps.deployment, null);
      if (failures > 0) deps.log.info('notifications of Google can arrive again');
      isSetUp = true;
      failures = 0;
      continue;
    }
    // Gone: expired after a month unused, or deleted. It is made anew, and nothing is lost: polls go on.
    if (answer.kind === 'not-found') isSetUp = false;
    if (failures === 0) logFailure(deps.log, answer, setUpCommands(channel, push));
    await setNotificationHealth(deps.deployment, problemOf(answer));
    const requestedDelay = 'after' in answer ? answer.after : null;
    await sleep(requestedDelay ?? backoff(failures), undefined, { signal }).catch(() => {});
    failures += 1;
  }
}

/**
 * Without the right to look, what someone else has made may still be there: then pulling shows it, and
 * of pushing each mailbox's own notifications do (hearing.ts).
 */
async function prepareChannel({ pubsub, log }: SubscriberDeps, channel: Channel, push: PushTarget | null) {
  const result = await setUpChannel(pubsub, channel, push);
  if (result.kind !== 'refused') return result;
  const commands = setUpCommands(channel, push).join('\n  ');
  log.info(`Postroom may not set Pub/Sub up itself. Unless it is done already, run:\n  ${commands}`);
  if (push) return done;
  const pullResult = await pull(pubsub, channel.subscription, AbortSignal.timeout(1_000));
  return pullResult.kind === 'ok' || pullResult.kind === 'retry' ? done : pullResult;
}

const done = { kind: 'ok', value: null } as const;

/** How often it is looked whether the subscription that pushes is still there. */
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
  // Nothing came for as long as Pub/Sub keeps a pull open.
  if (pullResult.kind === 'retry' && pullResult.cause === 'timed-out') return done;
  if (pullResult.kind !== 'ok' || pullResult.value.length === 0) return pullResult;
  await handleNotifications(
    deps,
    pullResult.value.flatMap(({ notification: notified }) => notified ?? []),
  );
  // Only now: what dies before this is handed over again.
  return acknowledge(
    pubsub,
    channel.subscription,
    pullResult.value.map(({ ackId }) => ackId),
  );
}

function problemOf(failure: GoogleFailure): StoredProblem {
  if (failure.kind === 'refused') return failure.problem;
  return storedProblem(failure.kind === 'not-found' ? 'pubsub-topic-missing' : 'pubsub-unreachable');
}

function logFailure(log: FastifyBaseLogger, failure: GoogleFailure, commands: string[]): void {
  const { code, params } = problemOf(failure);
  const help =
    failure.kind === 'retry' || failure.kind === 'rate-limited'
      ? ''
      : `; to set it up, run:\n  ${commands.join('\n  ')}`;
  log.warn({ failure: failure.kind, code, params }, `notifications of Google do not arrive (${code})${help}`);
}
