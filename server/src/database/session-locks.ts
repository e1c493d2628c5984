import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Connection } from './connect.ts';

/**
 * Named locks across all processes of the deployment: Postgres session advisory locks on one dedicated
 * connection, so that they end with the process that holds them. The same connection listens.
 */
export type Locks = {
  /**
   * Runs `work` while holding `name`, or returns `busy` at once if this or another process holds it. The
   * signal aborts when the connection, and with it the lock, is lost.
   */
  tryLock<T>(
    name: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ kind: 'done'; result: T } | { kind: 'busy' }>;
  /**
   * Runs a statement that takes locks itself, with `pg_try_advisory_lock(hashtextextended(name, 0))`, and returns a row
   * for each, whose `lock` is the name. The rows are held until `release`; `lost` aborts when the locks are lost.
   * A row whose name this process holds already is left out.
   */
  takeRows<Row extends { lock: string }>(statement: Statement): Promise<{ rows: Row[]; lost: AbortSignal }>;
  /** Releases locks of `takeRows` that were not lost. `statement`, if given, runs instead and unlocks them itself. */
  release(names: string[], lost: AbortSignal, statement?: Statement): Promise<void>;
  /** The names that this process holds, or is about to. */
  held(): Iterable<string>;
  /** Calls `listener` after each NOTIFY of the channel, while the connection is open. Call it before the first lock. */
  listen(channel: string, listener: () => void): void;
  /** Drops the connection: it is silent. Whoever holds a lock is told, and the next lock connects again. */
  drop(): void;
  close(): Promise<void>;
};

/** `name`: it is prepared once on the connection. */
type Statement = { name?: string; text: string; values: unknown[] };
type Session = { client: pg.Client; query: Query; lost: AbortController };

/**
 * After so long without a sign of this process, as when its machine has lost power, Postgres ends the connection and
 * frees the locks: after 6 s while it is idle, 10 s while an answer is on its way (s and ms;
 * https://www.postgresql.org/docs/current/runtime-config-connection.html).
 */
const endWhenSilent =
  'set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3; set tcp_user_timeout = 10000';

/** Opens the locks of one process. It connects on first use and reconnects after a loss. */
export function openLocks(connection: Connection): Locks {
  const held = new Set<string>();
  const listeners = new Map<string, () => void>();
  let session: Promise<Session> | null = null;
  let current: Session | null = null;

  async function open(): Promise<Session> {
    const client = new pg.Client({
      ...connection,
      application_name: 'postroom locks',
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      connectionTimeoutMillis: 10_000,
    });
    const lost = new AbortController();
    const onLost = () => {
      // Both events may fire, and a new session may be open by then.
      if (!lost.signal.aborted) session = current = null;
      lost.abort(new Error('The connection that held the lock was lost'));
    };
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', ({ channel }) => listeners.get(channel)?.());
    await client.connect();
    await client.query(endWhenSilent);
    for (const channel of listeners.keys()) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    current = { client, query: serializeQueries(client), lost };
    return current;
  }

  function openSession(): Promise<Session> {
    session ??= open().catch((error) => {
      session = null;
      throw error;
    });
    return session;
  }

  return {
    async tryLock(name, work) {
      if (held.has(name)) return { kind: 'busy' }; // a session may take its own lock twice
      held.add(name);
      try {
        const { query, lost } = await openSession();
        const [row] = await query({
          text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as free',
          values: [name],
        });
        if (!row?.free) return { kind: 'busy' };
        try {
          return { kind: 'done', result: await work(lost.signal) };
        } finally {
          if (!lost.signal.aborted) await query(unlock([name])).catch(() => {});
        }
      } finally {
        held.delete(name);
      }
    },
    async takeRows<Row extends { lock: string }>(statement: Statement) {
      const { query, lost } = await openSession();
      const rows = (await query(statement)) as Row[];
      // Asked for meanwhile, by a lock of this process: the session has it twice.
      const twice = rows.filter(({ lock }) => held.has(lock)).map(({ lock }) => lock);
      if (twice.length > 0) await query(unlock(twice));
      const taken = rows.filter(({ lock }) => !twice.includes(lock));
      for (const { lock } of taken) held.add(lock);
      return { rows: taken, lost: lost.signal };
    },
    async release(names, lost, statement = unlock(names)) {
      try {
        if (current?.lost.signal !== lost || lost.aborted) return;
        const { query } = current;
        await query(statement).catch(async (error) => {
          if (!lost.aborted) await query(unlock(names));
          throw error;
        });
      } finally {
        for (const name of names) held.delete(name);
      }
    },
    held: () => held,
    listen: (channel, listener) => void listeners.set(channel, listener),
    drop() {
      // `end` would wait for Postgres.
      if (current)
        (current.client as unknown as { connection: { stream: Duplex } }).connection.stream.destroy();
    },
    async close() {
      const open = await session?.catch(() => null);
      await open?.client.end();
    },
  };
}

function unlock(names: string[]): Statement {
  return {
    text: 'select pg_advisory_unlock(hashtextextended(name, 0)) from unnest($1::text[]) name',
    values: [names],
  };
}

type Query = (statement: Statement) => Promise<Array<Record<string, unknown>>>;

/** Runs one query at a time on the connection, as pg requires. */
function serializeQueries(client: pg.Client): Query {
  let last: Promise<unknown> = Promise.resolve();
  return (statement) => {
    const result = last.then(() => client.query<Record<string, unknown>>(statement));
    last = result.catch(() => {});
    return result.then(({ rows }) => rows);
  };
}
