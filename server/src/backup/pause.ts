import { sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';

/**
 * Whether this deployment is a restored copy that may not ask Google yet (S8), as one process knows it: at most a
 * second old.
 */
export type Pause = {
  isPaused(): boolean;
  /** When the pause ended; null if there was none, or it goes on. */
  resumedAt(): Date | null;
  /** Reads it again now. */
  refresh(): Promise<void>;
  close(): void;
};

export type PauseState = {
  pausedAt: Date;
  /** When the backup was made that this copy was restored from. */
  backupAt: Date;
  resumedAt: Date | null;
  /** The name of the admin who resumed it; null: the command. */
  resumedBy: string | null;
};

type Db = Pick<Deployment, 'sql'>;

const pollMs = 1_000;

/** Reads whether the deployment is paused, and reads it again every second. */
export async function watchPause(deployment: Db): Promise<Pause> {
  let state = await readPause(deployment);
  const refresh = async () => {
    state = await readPause(deployment);
  };
  let isReading = false;
  const timer = setInterval(async () => {
    // One that waits for a busy database must not be joined by another each second, which takes a connection too.
    if (isReading) return;
    isReading = true;
    // While the database is away, nothing can be resumed and nothing is done.
    await refresh().catch(() => {});
    isReading = false;
  }, pollMs);
  timer.unref();
  return {
    isPaused: () => state !== null && state.resumedAt === null,
    resumedAt: () => state?.resumedAt ?? null,
    refresh,
    close: () => clearInterval(timer),
  };
}

/** What is known of the restore that made this database; null if none did. */
export async function readPause({ sql: db }: Db): Promise<PauseState | null> {
  const row = await db
    .selectFrom('pause')
    .select(['pausedAt', 'backupAt', 'resumedAt', 'resumedBy'])
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Ends the pause: every process of the deployment begins to work within a second. `by`: the admin's name, null for the
 * command. Returns false if it was not paused.
 */
export async function resume({ sql: db }: Db, by: string | null): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('pause')
    .set({ resumedAt: sql<Date>`clock_timestamp()`, resumedBy: by })
    .where('resumedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
