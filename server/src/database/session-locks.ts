import pg from 'pg';
import type { Connection } from './connect.ts';

/**
 * Named locks across every process of the deployment: Postgres session advisory locks, all held on
 * one connection of their own, so that they die with the process that holds them and at once.
 */
export type Locks = {
  /**
   * Runs `work` while holding `name`, or answers busy at once where this or another process holds it.
   * The signal aborts when the connection is lost, and with it the lock.
   */
  tryLock<T>(
    name: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ kind: 'done'; result: T } | { kind: 'busy' }>;
  close(): Promise<void>;
};

/** Opens the locks of one process. The connection is made on first use and again after a loss. */
export function openLocks(connection: Connection): Locks {
  const held = new Set<string>();
  let session: Promise<{ client: pg.Client; query: LockQuery; lost: AbortController }> | null = null;

  async function open() {
    const client = new pg.Client({ ...connection, application_name: 'postroom locks', keepAlive: true });
    const lost = new AbortController();
    const onLost = () => {
      // It may say so twice, and another may be open by then.
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

/** Asks a connection one question at a time, as pg wants it. */
function serializeQueries(client: pg.Client): LockQuery {
  let last: Promise<unknown> = Promise.resolve();
  return (statement, name) => {
    const result = last.then(() => client.query<{ yes: boolean }>(statement, [name]));
    last = result.catch(() => {});
    return result.then(({ rows }) => rows[0]?.yes ?? false);
  };
}
