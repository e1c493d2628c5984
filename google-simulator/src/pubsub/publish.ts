import type { Simulator } from '../simulator.ts';
import { expireIdle } from './subscriptions.ts';

export type Publication = { data: string; attributes?: Record<string, string> };

/**
 * Publishes a message to every current subscription of a topic and returns its id. `data` is base64.
 * `copies` and `delayMs` (milliseconds) simulate faulty delivery.
 */
export function publish(
  simulator: Simulator,
  topic: string,
  message: Publication,
  { copies = 1, delayMs = 0 }: { copies?: number; delayMs?: number } = {},
): string {
  const { store, clock, wakeUps } = simulator;
  const now = clock.now();
  expireIdle(simulator);
  const subscriptions = store.all<{ name: string }>('SELECT name FROM subscriptions WHERE topic = ?', topic);
  const id = store.transaction(() => {
    const { id } = store.get<{ id: number }>(
      'INSERT INTO topic_messages (data, attributes, published_at) VALUES (?, ?, ?) RETURNING id',
      message.data,
      JSON.stringify(message.attributes ?? {}),
      now,
    )!;
    for (const { name } of subscriptions) {
      for (let copy = 0; copy < copies; copy++) {
        store.run(
          'INSERT INTO deliveries (subscription, message_id, copy, available_at) VALUES (?, ?, ?, ?)',
          name,
          id,
          copy,
          now + delayMs,
        );
      }
    }
    if (subscriptions.length === 0 || copies === 0) store.run('DELETE FROM topic_messages WHERE id = ?', id);
    return id;
  });
  for (const { name } of subscriptions) wakeUps.emit('pubsub', name);
  return publicId(id);
}

/** Message ids are long decimal strings, as Pub/Sub's are: too large for JavaScript numbers. */
export function publicId(id: number): string {
  return `90071992547${String(id).padStart(8, '0')}`;
}

/**
 * Publishes Gmail's notification of a change in a watched mailbox. More than one a second for a mailbox
 * is dropped, not delayed (docs/gmail.md, trap 7), but never the first one after watch (`always`).
 */
export function publishNotification(
  simulator: Simulator,
  topic: string,
  notification: { emailAddress: string; historyId: string },
  { always = false }: { always?: boolean } = {},
): 'published' | 'dropped' {
  const { store, clock, hooks } = simulator;
  const { emailAddress, historyId } = notification;
  const now = clock.now();
  const last = store.get<{ at: number }>('SELECT at FROM notified WHERE email = ?', emailAddress);
  if (!always && last && now >= last.at && now - last.at < 1000) return 'dropped';
  store.run(
    'INSERT INTO notified VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
    emailAddress,
    now,
  );
  const fault = hooks.notification?.(emailAddress) ?? { copies: 1, delayMs: 0 };
  if (fault.copies === 0) return 'dropped';
  // base64 of JSON with historyId as a number: https://developers.google.com/workspace/gmail/api/guides/push
  const data = Buffer.from(`{"emailAddress":${JSON.stringify(emailAddress)},"historyId":${historyId}}`);
  publish(simulator, topic, { data: data.toString('base64') }, fault);
  return 'published';
}
