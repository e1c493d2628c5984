import pg from 'pg';
import type { Connection } from '../database/connect.ts';
import { eventChannel } from './record-event.ts';

/** Wakes the live streams of one process when an instance has new events. */
export type EventBell = {
  /** Calls `ring` after each commit of events in the instance; returns how to stop. */
  listen(instanceId: string, ring: () => void): () => void;
  close(): Promise<void>;
};

/**
 * One LISTEN connection for the process. A lost connection is made again, and every listener is
 * rung then, since what was said meanwhile went unheard; a slow ring backs it up altogether.
 */
export function openEventBell(
  connection: Connection,
  options = { reconnectMs: 500, ringMs: 15_000 },
): EventBell {
  const listeners = new Map<string, Set<() => void>>();
  let client: pg.Client | null = null;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  const ringAll = () => {
    for (const rings of listeners.values()) for (const ring of rings) ring();
  };

  async function open() {
    const next = new pg.Client({ ...connection, application_name: 'postroom events', keepAlive: true });
    let lost = false;
    const lose = () => {
      if (lost) return;
      lost = true;
      client = null;
      if (!closed) retry = setTimeout(open, options.reconnectMs);
    };
    next.on('error', lose);
    next.on('end', lose);
    next.on('notification', ({ payload }) => {
      for (const ring of listeners.get(payload ?? '') ?? []) ring();
    });
    try {
      await next.connect();
      await next.query(`listen ${eventChannel}`);
      client = next;
      ringAll();
    } catch {
      lose();
    }
  }

  const opening = open();
  const backstop = setInterval(ringAll, options.ringMs);
  backstop.unref();

  return {
    listen(instanceId, ring) {
      const rings = listeners.get(instanceId) ?? new Set();
      listeners.set(instanceId, rings.add(ring));
      return () => {
        rings.delete(ring);
        if (rings.size === 0) listeners.delete(instanceId);
      };
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      clearInterval(backstop);
      await opening;
      await client?.end();
    },
  };
}
