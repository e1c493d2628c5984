import type { PostgresPool } from 'kysely';
import type pg from 'pg';

/** So many connections are opened at once. */
const openedAtOnce = 4;
/** How long a transaction waits for one of them before another is opened, and between two of those (ms). */
const waitMs = 20;

/**
 * A pool that opens further connections only where those that are open are in use for some time. In a new one Postgres
 * reads its catalogues and plans each statement, which takes as long as ten replies.
 */
export function fewConnections(pool: pg.Pool): PostgresPool {
  const waiting: Array<{ go: () => void; since: number }> = [];
  let isWatched = false;
  const wouldOpenAnother = () => pool.totalCount >= openedAtOnce && pool.totalCount < pool.options.max;

  /** Lets the first go once it has waited for long, and all where it makes no difference. */
  function watch(pauseMs: number): void {
    isWatched = true;
    setTimeout(() => {
      const left = (waiting[0]?.since ?? 0) + waitMs - performance.now();
      const count = wouldOpenAnother() ? (left > 0 ? 0 : 1) : waiting.length;
      for (const { go } of waiting.splice(0, count)) go();
      isWatched = waiting.length > 0;
      if (isWatched) watch(left > 0 ? left : waitMs);
    }, pauseMs);
  }
  pool.on('release', () => waiting.shift()?.go());

  return {
    options: pool.options,
    async connect() {
      const isFree = waiting.length === 0 && pool.idleCount > pool.waitingCount;
      if (!isFree && wouldOpenAnother())
        await new Promise<void>((go) => {
          waiting.push({ go, since: performance.now() });
          if (!isWatched) watch(waitMs);
        });
      return pool.connect();
    },
    end: () => pool.end(),
  };
}
