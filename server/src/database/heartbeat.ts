import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Connection } from './connect.ts';
import { streamOf } from './socket.ts';

/** Whether Postgres answers. A Postgres that hangs, or a network that drops packets, causes no error for minutes. */
export type Heartbeat = {
  /** Since when it has not answered (`performance.now()`); null while it does. */
  readonly awaySince: number | null;
  /** Calls `listener` each time a question is not answered; `silent`: within the time, and without an error. */
  onMiss(listener: (miss: { silent: boolean }) => void): void;
  close(): Promise<void>;
};

const silence = new Error('Postgres did not answer');

const everyMs = 1_000;
const timeoutMs = 2_000;

/** Asks Postgres `select 1` every second, on a connection of its own, and waits two seconds for the answer. */
export function startHeartbeat(connection: Connection): Heartbeat {
  const closing = new AbortController();
  const listeners: Array<(miss: { silent: boolean }) => void> = [];
  const session: { client: pg.Client | null } = { client: null };
  let awaySince: number | null = null;

  async function ask(): Promise<void> {
    if (!session.client) {
      session.client = new pg.Client({ ...connection, application_name: 'postroom heartbeat' });
      session.client.on('error', () => {});
      await session.client.connect();
    }
    await session.client.query('select 1');
  }

  /** In steps: after the event loop was blocked, an answer that has arrived is read before the time is over. */
  async function timeout(signal: AbortSignal): Promise<never> {
    const steps = 4;
    for (let step = 0; step < steps; step += 1) await sleep(timeoutMs / steps, undefined, { signal });
    throw silence;
  }

  async function beat(): Promise<void> {
    const answered = new AbortController();
    const waiting = timeout(answered.signal);
    waiting.catch(() => {});
    try {
      await Promise.race([ask(), waiting]);
      awaySince = null;
    } catch (error) {
      awaySince ??= performance.now();
      // `end` would wait for Postgres.
      if (session.client) streamOf(session.client).destroy();
      session.client = null;
      for (const listener of listeners) listener({ silent: error === silence });
    } finally {
      answered.abort();
    }
  }

  const running = (async () => {
    while (!closing.signal.aborted) {
      await beat();
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => {});
    }
    await session.client?.end().catch(() => {});
  })();

  return {
    get awaySince() {
      return awaySince;
    },
    onMiss(listener) {
      listeners.push(listener);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
