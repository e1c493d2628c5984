import pg from 'pg';
import type { Connection } from '../database/connect.ts';
import { loopFailing } from '../metrics/metrics.ts';
import { eventChannel } from './record-event.ts';

const loop = { loop: 'listen for events' };

/** Notifies the live event streams of one process that an instance has new events. */
export type EventNotifier = {
  /** Calls `notify` after each commit of events in the instance. Returns a function that removes the listener. */
  subscribe(instanceId: string, notify: () => void): () => void;
  close(): Promise<void>;
};

/**
 * Opens one LISTEN connection for the process. After a lost connection is restored all listeners are
 * notified, because notifications sent in between are lost; and all are every `pollMs`, as a fallback.
 */
export function createEventNotifier(
  connection: Connection,
  options = { reconnectMs: 500, pollMs: 15_000 },
): EventNotifier {
  const listeners = new Map<string, Set<() => void>>();
  let client: pg.Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const notifyAll = () => {
    for (const callbacks of listeners.values()) for (const notify of callbacks) notify();
  };

  async function open() {
    const next = new pg.Client({
      ...connection,
      application_name: 'postroom events',
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 10_000,
    });
    let lost = false;
    const onLost = () => {
      if (lost) return;
      lost = true;
      client = null;
      if (!closed) loopFailing.inc(loop);
      if (!closed) retry = setTimeout(open, options.reconnectMs);
    };
    next.on('error', onLost);
    next.on('end', onLost);
    next.on('notification', ({ payload }) => {
      for (const notify of listeners.get(payload ?? '') ?? []) notify();
    });
    try {
      await next.connect();
      await next.query(`listen ${eventChannel}`);
      client = next;
      loopFailing.set(loop, 0);
      notifyAll();
    } catch {
      onLost();
    }
  }

  const opening = open();
  const interval = setInterval(notifyAll, options.pollMs);
  interval.unref();

  return {
    subscribe(instanceId, notify) {
      const callbacks = listeners.get(instanceId) ?? new Set();
      listeners.set(instanceId, callbacks.add(notify));
      return () => {
        callbacks.delete(notify);
        if (callbacks.size === 0) listeners.delete(instanceId);
      };
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      clearInterval(interval);
      await opening;
      await client?.end();
    },
  };
}
