import pg from 'pg';
import type { Connection } from './connect.ts';

/**
 * Named locks across all processes of the deployment: Postgres session advisory locks on one dedicated
 * connection, so that they end with the process that holds them.
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
  close(): Promise<void>;
};

/** Opens the locks of one process. It connects on first use and reconnects after a loss. */
export function openLocks(connection: Connection): Locks {
  const held = new Set<string>();
  let session: Promise<{ client: pg.Client; query: LockQuery; lost: AbortController }> | null = null;

  async function open() {
    const client = new pg.Client({ ...connection, application_name: 'postroom locks', keepAlive: true });
    const lost = new AbortController();
    const onLost = () => {
      // Both events may fire, and a new session may be open by then.
      if (!lost.signal.aborted) session = null;
      lost.abort(new Error('The connection that held the lock was lost'));
    };
    client.on('error', onLost);
    client.on('end', onLost);
    await client.connect();
    return { client, query: serializeQueries(client), lost };
  }

  return {
    async tryLock(name, work) {
      if (held.has(name)) return { kind: 'busy' }; // a session may take its own lock twice
      held.add(name);
      try {
        session ??= open().catch((error) => {
          session = null;
          throw error;
        });
        const { query, lost } = await session;
        const free = await query('select pg_try_advisory_lock(hashtextextended($1, 0)) as yes', name);
        if (!free) return { kind: 'busy' };
        try {
          return { kind: 'done', result: await work(lost.signal) };
        } finally {
          if (!lost.signal.aborted) {
            await query('select pg_advisory_unlock(hashtextextended($1, 0)) as yes', name).catch(() => {});
          }
        }
      } finally {
        held.delete(name);
      }
    },
    async close() {
      const open = await session?.catch(() => null);
      await open?.client.end();
    },
  };
}

type LockQuery = (statement: string, name: string) => Promise<boolean>;

/** Runs one query at a time on the connection, as pg requires. */
function serializeQueries(client: pg.Client): LockQuery {
  let last: Promise<unknown> = Promise.resolve();
  return (statement, name) => {
    const result = last.then(() => client.query<{ yes: boolean }>(statement, [name]));
    last = result.catch(() => {});
    return result.then(({ rows }) => rows[0]?.yes ?? false);
  };
}
