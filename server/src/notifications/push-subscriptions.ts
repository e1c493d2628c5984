import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { asDeployment, type InstanceTransaction } from '../database/instance-transaction.ts';
import type { Sealer } from '../google/seal.ts';

/** What a browser gives to whoever may push to it (Push API, PushSubscription): base64url. */
export type PushTarget = { endpoint: string; keys: { p256dh: string; auth: string } };

/** The browser of a session. */
export type PushBrowser = { userId: string; sessionId: string };

/** More browsers than a person uses; the oldest is forgotten. */
const maxPerUser = 20;

/** For one subscription, so that none can be opened as another. */
const purposeOf = (id: string) => `push subscription ${id}`;

/** Whether notifications are pushed to the browser of this session. */
export async function isSubscribed(tx: InstanceTransaction, { userId, sessionId }: PushBrowser) {
  const found = await tx.sql
    .selectFrom('pushSubscription')
    .where('userId', '=', userId)
    .where('sessionId', '=', sessionId)
    .select('id')
    .executeTakeFirst();
  return found !== undefined;
}

/** Has notifications pushed to a browser, instead of what this session, or anybody else in this browser, had. */
export async function subscribe(
  tx: InstanceTransaction,
  { userId, sessionId }: PushBrowser,
  target: PushTarget,
  sealer: Sealer,
): Promise<void> {
  const id = uuid();
  const endpointHash = createHash('sha256').update(target.endpoint).digest('base64url');
  const sealed = await sealer.seal(JSON.stringify(target), purposeOf(id));
  // Who used this browser before gets nothing more in it, of any organization.
  await asDeployment(tx, () =>
    tx.sql
      .deleteFrom('pushSubscription')
      .where('endpointHash', '=', endpointHash)
      .where('userId', '<>', userId)
      .execute(),
  );
  await tx.sql
    .deleteFrom('pushSubscription')
    .where(({ eb, or }) => or([eb('endpointHash', '=', endpointHash), eb('sessionId', '=', sessionId)]))
    .execute();
  await tx.sql
    .insertInto('pushSubscription')
    .values({ instanceId: tx.instanceId, id, userId, sessionId, endpointHash, sealed })
    // The same browser asked twice at once.
    .onConflict((conflict) => conflict.columns(['instanceId', 'endpointHash']).doNothing())
    .execute();
  await tx.sql
    .deleteFrom('pushSubscription')
    .where('userId', '=', userId)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('pushSubscription')
        .where('userId', '=', userId)
        .select('id')
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(maxPerUser),
    )
    .execute();
}

/** Pushes nothing more to the browser of this session. */
export async function unsubscribe(
  tx: InstanceTransaction,
  { userId, sessionId }: PushBrowser,
): Promise<void> {
  await tx.sql
    .deleteFrom('pushSubscription')
    .where('userId', '=', userId)
    .where('sessionId', '=', sessionId)
    .execute();
}

/** Where a subscription is; null where the secret that sealed it is gone. */
export async function openTarget(
  { id, sealed }: { id: string; sealed: string },
  sealer: Sealer,
): Promise<PushTarget | null> {
  const text = await sealer.open(sealed, purposeOf(id));
  return text === null ? null : (JSON.parse(text) as PushTarget);
}
