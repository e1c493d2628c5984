import type { Connection } from './connect.ts';
import { type DirectConnection, openDirectConnection, type Statement } from './direct-connection.ts';

/**
 * Named locks across all processes of the deployment: Postgres session advisory locks on the direct
 * connection of a process, so that they end with it. The same connection listens.
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
  listen: DirectConnection['listen'];
  /** Drops the connection: it is silent. Whoever holds a lock is told, and the next lock connects again. */
  drop(): void;
  close(): Promise<void>;
};

/** Opens the locks of one process. It connects on first use and reconnects after a loss. */
export function openLocks(connection: Connection): Locks {
  const held = new Set<string>();
  const direct = openDirectConnection(connection);

  return {
    async tryLock(name, work) {
      if (held.has(name)) return { kind: 'busy' }; // a session may take its own lock twice
      held.add(name);
      try {
        const { query, lost } = await direct.session();
        const [row] = await query({
          text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as free',
          values: [name],
        });
        if (!row?.free) return { kind: 'busy' };
        try {
          return { kind: 'done', result: await work(lost) };
        } finally {
          if (!lost.aborted) await query(unlock([name])).catch(() => {});
        }
      } finally {
        held.delete(name);
      }
    },
    async takeRows<Row extends { lock: string }>(statement: Statement) {
      const { query, lost } = await direct.session();
      const rows = (await query(statement)) as Row[];
      // Asked for meanwhile, by a lock of this process: the session has it twice.
      const twice = rows.filter(({ lock }) => held.has(lock)).map(({ lock }) => lock);
      if (twice.length > 0) await query(unlock(twice));
      const taken = rows.filter(({ lock }) => !twice.includes(lock));
      for (const { lock } of taken) held.add(lock);
      return { rows: taken, lost };
    },
    async release(names, lost, statement = unlock(names)) {
      try {
        const session = direct.current();
        if (session?.lost !== lost || lost.aborted) return;
        const { query } = session;
        await query(statement).catch(async (error) => {
          if (!lost.aborted) await query(unlock(names));
          throw error;
        });
      } finally {
        for (const name of names) held.delete(name);
      }
    },
    held: () => held,
    listen: direct.listen,
    drop: direct.drop,
    close: direct.close,
  };
}

function unlock(names: string[]): Statement {
  return {
    text: 'select pg_advisory_unlock(hashtextextended(name, 0)) from unnest($1::text[]) name',
    values: [names],
  };
}
