import { backoff } from '../backoff.ts';
import type { Deployment } from '../database/connect.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import type { Sealer } from '../google/seal.ts';
import type { NetworkAccess } from '../network/network-access.ts';
import { pushKeys } from './push-keys.ts';
import { composePush } from './push-message.ts';
import { type PushOutcome, requestPush } from './push-request.ts';
import { openTarget } from './push-subscriptions.ts';

/** `contact`: whom push services may write to (push-request.ts). */
export type PushDeps = {
  deployment: Deployment;
  database: Database;
  sealer: Sealer;
  contact: string;
  network: NetworkAccess;
};
export type PushRef = {
  instanceId: string;
  notificationId: string;
  subscriptionId: string;
  attempts: number;
};

/** A process that stopped while it was sending (ms): another takes it up. */
const leaseMs = 60_000;
/** Some twenty minutes, or as long as the push service asks for. */
const maxAttempts = 10;

/** Takes pushes that are due, each for one process; first forgets browsers whose session has expired. */
export async function claimDuePushes(deployment: Deployment, now: Date, limit = 20): Promise<PushRef[]> {
  await deployment.sql
    .deleteFrom('pushSubscription')
    .where('sessionId', 'in', (eb) => eb.selectFrom('session').where('expiresAt', '<=', now).select('id'))
    .execute();
  return deployment.sql
    .updateTable('pushDelivery')
    .set((eb) => ({ dueAt: new Date(now.getTime() + leaseMs), attempts: eb('attempts', '+', 1) }))
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('instanceId', 'notificationId', 'subscriptionId'),
        'in',
        selectFrom('pushDelivery')
          .where('dueAt', '<=', now)
          .select(['instanceId', 'notificationId', 'subscriptionId'])
          .orderBy('dueAt')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .$asTuple('instanceId', 'notificationId', 'subscriptionId'),
      ),
    )
    .returning(['instanceId', 'notificationId', 'subscriptionId', 'attempts'])
    .execute();
}

/** Sends a push that was claimed; `unneeded` as composePush says. */
export async function deliverPush(
  deps: PushDeps,
  ref: PushRef,
  now: Date,
): Promise<PushOutcome | { kind: 'unneeded' }> {
  const { database, sealer } = deps;
  const { message, subscription } = await database.inInstance(ref.instanceId, async (tx) => ({
    message: await composePush(tx, ref.notificationId, now),
    subscription: await tx.sql
      .selectFrom('pushSubscription')
      .where('id', '=', ref.subscriptionId)
      .select(['id', 'sealed'])
      .executeTakeFirst(),
  }));
  const target = message && subscription && (await openTarget(subscription, sealer));
  const outcome: PushOutcome | { kind: 'unneeded' } = !message
    ? { kind: 'unneeded' }
    : target
      ? await requestPush(target, message, { ...deps, keys: await pushKeys(deps.deployment, sealer) })
      : { kind: 'gone' };
  await database.inInstance(ref.instanceId, (tx) => recordOutcome(tx, ref, outcome, new Date()));
  return outcome;
}

async function recordOutcome(
  tx: InstanceTransaction,
  { notificationId, subscriptionId, attempts }: PushRef,
  outcome: PushOutcome | { kind: 'unneeded' },
  now: Date,
): Promise<void> {
  if (outcome.kind === 'gone') {
    // Its deliveries are deleted with it.
    await tx.sql.deleteFrom('pushSubscription').where('id', '=', subscriptionId).execute();
  } else if (outcome.kind === 'retry' && attempts < maxAttempts) {
    const dueAt = new Date(now.getTime() + backoff(attempts, outcome.retryAfterMs));
    await tx.sql
      .updateTable('pushDelivery')
      .set({ dueAt })
      .where('notificationId', '=', notificationId)
      .where('subscriptionId', '=', subscriptionId)
      .execute();
  } else {
    await tx.sql
      .deleteFrom('pushDelivery')
      .where('notificationId', '=', notificationId)
      .where('subscriptionId', '=', subscriptionId)
      .execute();
  }
}
