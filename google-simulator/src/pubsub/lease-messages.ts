import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../simulator.ts';
import { publicId } from './publish.ts';
import { markActive } from './subscriptions.ts';

export type PubSubMessage = {
  data: string;
  attributes?: Record<string, string>;
  messageId: string;
  publishTime: string;
};
export type Leased = { ackId: string; message: PubSubMessage; attempts: number };

/** Leases due messages for `seconds`; those not acknowledged until then are delivered again. */
export function lease(
  { store, clock }: Simulator,
  subscription: { name: string; ackDeadlineSeconds: number; messageRetentionDuration: string },
  maxMessages: number,
): Leased[] {
  const now = clock.now();
  const oldestPublishTime = now - Number.parseInt(subscription.messageRetentionDuration, 10) * 1000;
  return store.transaction(() => {
    const rows = store.all<{
      message_id: number;
      copy: number;
      attempts: number;
      data: string;
      attributes: string;
      published_at: number;
    }>(
      `SELECT d.message_id, d.copy, d.attempts, m.data, m.attributes, m.published_at
        FROM deliveries d JOIN topic_messages m ON m.id = d.message_id
        WHERE d.subscription = ? AND d.available_at <= ? AND m.published_at > ?
        ORDER BY d.available_at, d.message_id LIMIT ?`,
      subscription.name,
      now,
      oldestPublishTime,
      maxMessages,
    );
    return rows.map((row) => {
      const ackId = randomBytes(24).toString('base64url');
      store.run(
        `UPDATE deliveries SET ack_id = ?, attempts = attempts + 1, available_at = ?
          WHERE subscription = ? AND message_id = ? AND copy = ?`,
        ackId,
        now + subscription.ackDeadlineSeconds * 1000,
        subscription.name,
        row.message_id,
        row.copy,
      );
      const attributes = JSON.parse(row.attributes);
      const message: PubSubMessage = {
        data: row.data,
        ...(Object.keys(attributes).length > 0 && { attributes }),
        messageId: publicId(row.message_id),
        publishTime: new Date(row.published_at).toISOString(),
      };
      return { ackId, message, attempts: row.attempts + 1 };
    });
  });
}

/** Leases messages, waiting up to `waitMs` for the first one. Ends early if the client disconnects or the simulator stops. */
export async function leaseWaiting(
  simulator: Simulator,
  subscription: Parameters<typeof lease>[1],
  maxMessages: number,
  waitMs: number,
  callerGone: AbortSignal,
): Promise<Leased[]> {
  const until = Date.now() + waitMs;
  const aborted = AbortSignal.any([callerGone, simulator.stopping]);
  for (;;) {
    if (aborted.aborted) return [];
    markActive(simulator, subscription.name);
    const leased = lease(simulator, subscription, maxMessages);
    const left = until - Date.now();
    if (leased.length > 0 || left <= 0) return leased;
    // Polls as well, because messages become due with time and when the clock is moved.
    await waitForMessage(simulator, subscription.name, Math.min(left, 250), aborted);
  }
}

async function waitForMessage(
  { wakeUps }: Simulator,
  name: string,
  maxWaitMs: number,
  aborted: AbortSignal,
): Promise<void> {
  const woken = new AbortController();
  const listener = (which: string): void => {
    if (which === name) woken.abort();
  };
  wakeUps.on('pubsub', listener);
  await sleep(maxWaitMs, undefined, { signal: AbortSignal.any([woken.signal, aborted]) }).catch(
    () => undefined,
  );
  wakeUps.off('pubsub', listener);
}

/** Acknowledges messages; ids that are no longer valid are ignored, as in Pub/Sub. */
export function acknowledge({ store }: Simulator, subscription: string, ackIds: readonly string[]): void {
  store.transaction(() => {
    for (const ackId of ackIds) {
      const row = store.get<{ message_id: number }>(
        'DELETE FROM deliveries WHERE ack_id = ? AND subscription = ? RETURNING message_id',
        ackId,
        subscription,
      );
      if (!row) continue;
      store.run(
        `DELETE FROM topic_messages WHERE id = ?1
          AND NOT EXISTS (SELECT 1 FROM deliveries WHERE message_id = ?1)`,
        row.message_id,
      );
    }
  });
}

/** Changes when leased messages are delivered again: after so many milliseconds (0: at once). */
export function setDeadline(
  { store, clock, wakeUps }: Simulator,
  subscription: string,
  ackIds: readonly string[],
  ms: number,
): void {
  for (const ackId of ackIds) {
    store.run(
      'UPDATE deliveries SET available_at = ? WHERE ack_id = ? AND subscription = ?',
      clock.now() + ms,
      ackId,
      subscription,
    );
  }
  wakeUps.emit('pubsub', subscription);
}
