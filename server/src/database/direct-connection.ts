import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Connection } from './connect.ts';
import { streamOf } from './socket.ts';

/** `name`: it is prepared once on the connection. */
export type Statement = { name?: string; text: string; values: unknown[] };
export type Session = {
  /** Runs one statement at a time, as pg requires. */
  query(statement: Statement): Promise<Array<Record<string, unknown>>>;
  /** Aborts when the connection is lost, and with it what belongs to it: locks, LISTEN. */
  lost: AbortSignal;
};

export type Listener = {
  /** Called after each NOTIFY of the channel. */
  notified(payload: string): void;
  /** The channel is listened to from now on: what was sent before, or between two connections, did not come. */
  connected?(): void;
  /** The connection was lost, or could not be opened again. */
  lost?(): void;
};

/** The one connection of a process that leads to Postgres itself, and not through a pooler. It opens on first use. */
export type DirectConnection = {
  session(): Promise<Session>;
  /** The session that is open; null: none is. */
  current(): Session | null;
  /** Listens to a channel, and keeps the connection open for it. Returns a function that ends it. */
  listen(channel: string, listener: Listener): () => void;
  /** Drops the connection, as if it had been lost. */
  drop(): void;
  close(): Promise<void>;
};

/**
 * After so long without a sign of this process, as when its machine has lost power, Postgres ends the connection and
 * frees the locks: after 6 s while it is idle, 10 s while an answer is on its way (s and ms;
 * https://www.postgresql.org/docs/current/runtime-config-connection.html). A statement that waits for a row holds up
 * all others.
 */
const settings = [
  // What is written here (inbound/sync/take-looks.ts) says when a mailbox is looked at next: if the machine of Postgres fails, it
  // may be lost, and the mailbox is looked at sooner. Everybody else's commits wait for the disk.
  'set synchronous_commit = off',
  'set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3',
  'set tcp_user_timeout = 10000; set lock_timeout = 5000',
].join('; ');
const reconnectMs = 500;
/** Seconds: after so long without a statement one is sent, and so long its answer may take. */
const [askAfter, answerWithin] = [3, 15];

export function openDirectConnection(connection: Connection): DirectConnection {
  const listeners = new Map<string, Set<Listener>>();
  let opening: Promise<Session> | null = null;
  let current: { client: pg.Client; session: Session } | null = null;
  let closing = new AbortController();

  async function open(): Promise<Session> {
    const client = new pg.Client({
      ...connection,
      application_name: 'postroom direct',
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 10_000,
    });
    const lost = new AbortController();
    const onLost = () => {
      // Both events may fire, and a new session may be open by then.
      if (lost.signal.aborted) return;
      opening = current = null;
      lost.abort(new Error('The connection that held the lock was lost'));
      keepOpen();
    };
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const { notified } of listeners.get(channel) ?? []) notified(payload);
    });
    await client.connect();
    await client.query(settings);
    const session = { query: serializeQueries(client, lost.signal), lost: lost.signal };
    current = { client, session };
    for (const channel of [...listeners.keys()]) await startListening(session, channel);
    return session;
  }

  function openSession(): Promise<Session> {
    closing = closing.signal.aborted ? new AbortController() : closing;
    if (opening) return opening;
    const session = open();
    opening = session;
    session.catch(() => {
      if (opening === session) opening = current = null;
    });
    return session;
  }

  async function startListening({ query }: Session, channel: string): Promise<void> {
    await query({ text: `listen ${pg.escapeIdentifier(channel)}`, values: [] });
    for (const { connected } of listeners.get(channel) ?? []) connected?.();
  }

  /** While anybody listens, a lost connection is opened again, however often it takes. */
  async function reopen({ signal }: AbortController): Promise<void> {
    while (!signal.aborted && listeners.size > 0) {
      for (const each of [...listeners.values()].flatMap((of) => [...of])) each.lost?.();
      await sleep(reconnectMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || (await openSession().catch(() => null))) return;
    }
  }
  let reopening: Promise<void> | null = null;
  const keepOpen = () => {
    if (closing.signal.aborted) return;
    reopening ??= reopen(closing).finally(() => {
      reopening = null;
    });
  };

  return {
    session: openSession,
    current: () => current?.session ?? null,
    listen(channel, listener) {
      const isNew = !listeners.has(channel);
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener));
      // A session that is being opened begins with all channels.
      if (isNew && current) startListening(current.session, channel).catch(() => {});
      else if (current) listener.connected?.();
      else openSession().catch(keepOpen);
      return () => {
        const of = listeners.get(channel);
        of?.delete(listener);
        if (of?.size !== 0) return;
        listeners.delete(channel);
        current?.session
          .query({ text: `unlisten ${pg.escapeIdentifier(channel)}`, values: [] })
          .catch(() => {});
      };
    },
    drop() {
      if (current) streamOf(current.client).destroy();
    },
    async close() {
      closing.abort();
      await reopening;
      await opening?.catch(() => null);
      await current?.client.end();
    },
  };
}

/**
 * One statement at a time. A connection on which none is answered is dropped: a network that drops packets causes no
 * error for minutes.
 */
function serializeQueries(client: pg.Client, lost: AbortSignal): Session['query'] {
  let last: Promise<unknown> = Promise.resolve();
  const counts = { sent: 0, answered: 0 };
  const query: Session['query'] = (statement) => {
    counts.sent += 1;
    const result = last.then(() => client.query<Record<string, unknown>>(statement));
    last = result.catch(() => {}).then(() => (counts.answered += 1));
    return result.then(({ rows }) => rows);
  };
  let [seconds, answered] = [0, 0];
  // In seconds that this process has seen: one that was blocked reads first what has arrived.
  const watch = setInterval(() => {
    seconds = counts.answered === answered ? seconds + 1 : 0;
    answered = counts.answered;
    const isWaiting = counts.sent > counts.answered;
    if (isWaiting && seconds > answerWithin) streamOf(client).destroy();
    else if (!isWaiting && seconds >= askAfter) {
      seconds = 0;
      query({ text: 'select 1', values: [] }).catch(() => {});
    }
  }, 1_000);
  watch.unref();
  lost.addEventListener('abort', () => clearInterval(watch));
  return query;
}
