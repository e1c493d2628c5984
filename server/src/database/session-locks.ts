import { worksTogether } from '../work-together.ts';
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
  /**
   * Releases locks of `takeRows` that were not lost. `statement`, if given, runs instead, unlocks them itself and returns the
   * `name` of each. Returns the names that it left locked.
   */
  release(names: string[], lost: AbortSignal, statement?: Statement): Promise<string[]>;
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
  // The connection runs one statement at a time: what is asked for meanwhile is asked for together.
  const take = worksTogether(async (_key: string, names: string[]) => {
    const { query, lost } = await direct.session();
    const rows = await query({ name: 'take locks', text: takeText, values: [names] });
    const free = new Set(rows.flatMap((row) => (row.free ? [row.name] : [])));
    return names.map((name) => ({ isFree: free.has(name), lost }));
  });
  const unlockTogether = worksTogether(
    async (_key: string, given: Array<{ name: string; lost: AbortSignal }>) => {
      const names = given.flatMap(({ name, lost }) => (lost.aborted ? [] : [name]));
      if (names.length > 0) await direct.current()?.query(unlock(names));
      return given;
    },
  );

  return {
    async tryLock(name, work) {
      if (held.has(name)) return { kind: 'busy' }; // a session may take its own lock twice
      held.add(name);
      try {
        const { isFree, lost } = await take('', name);
        if (!isFree) return { kind: 'busy' };
        try {
          return { kind: 'done', result: await work(lost) };
        } finally {
          if (!lost.aborted) await unlockTogether('', { name, lost }).catch(() => {});
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
      const left = new Set<string>();
      try {
        const session = direct.current();
        if (session?.lost !== lost || lost.aborted) return [];
        const { query } = session;
        const rows = await query(statement).catch(async (error) => {
          if (!lost.aborted) await query(unlock(names));
          throw error;
        });
        const released = new Set(rows.map((row) => row.name));
        for (const name of names) if (!released.has(name)) left.add(name);
        return [...left];
      } finally {
        for (const name of names) if (!left.has(name)) held.delete(name);
      }
    },
    held: () => held,
    listen: direct.listen,
    drop: direct.drop,
    close: direct.close,
  };
}

const takeText =
  'select name, pg_try_advisory_lock(hashtextextended(name, 0)) as free from unnest($1::text[]) name';

function unlock(names: string[]): Statement {
  return {
    name: 'release locks',
    text: 'select name, pg_advisory_unlock(hashtextextended(name, 0)) from unnest($1::text[]) name',
    values: [names],
  };
}
