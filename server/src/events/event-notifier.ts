import type { Locks } from '../database/session-locks.ts';
import { loopFailing } from '../metrics/metrics.ts';
import { eventChannel } from './record-event.ts';

const loop = { loop: 'listen for events' };

/** Notifies the live event streams of one process that an instance has new events. */
export type EventNotifier = {
  /** Calls `notify` after each commit of events in the instance. Returns a function that removes the listener. */
  subscribe(instanceId: string, notify: () => void): () => void;
  close(): void;
};

/**
 * Listens on the direct connection of the process. After a lost connection is restored all listeners are notified,
 * because notifications sent in between are lost; and all are every 15 seconds, as a fallback.
 */
export function createEventNotifier(locks: Pick<Locks, 'listen'>): EventNotifier {
  const listeners = new Map<string, Set<() => void>>();
  const notifyAll = () => {
    for (const callbacks of listeners.values()) for (const notify of callbacks) notify();
  };
  const stopListening = locks.listen(eventChannel, {
    notified(instanceId) {
      for (const notify of listeners.get(instanceId) ?? []) notify();
    },
    connected() {
      loopFailing.set(loop, 0);
      notifyAll();
    },
    lost: () => loopFailing.inc(loop),
  });
  const interval = setInterval(notifyAll, 15_000);
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
    close() {
      stopListening();
      clearInterval(interval);
    },
  };
}
