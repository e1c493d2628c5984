import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** The SQLite database with the whole state of the simulator. */
export type Store = {
  db: DatabaseSync;
  /** The first row, or undefined. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[];
  /** The number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Runs `work`, which must not be async, in a transaction; a nested call joins the outer transaction. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
};

/** The state directory is in use by another running simulator. */
export class StateInUse extends Error {}

/** The state directory cannot be created or written. */
export class StateUnusable extends Error {}

/**
 * Opens (or creates) `simulator.sqlite` in the directory; `migrations` in order, each run once.
 * Throws StateInUse when another process has it, or StateUnusable.
 */
export function openStore(directory: string, migrations: readonly string[]): Store {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StateUnusable(
      `The state directory ${directory} cannot be written (${code}). Give --state another, or make it yours.`,
    );
  }
  const db = new DatabaseSync(join(directory, 'simulator.sqlite'), { timeout: 0 });
  try {
    // An exclusive lock, released when the process ends: https://sqlite.org/pragma.html#pragma_locking_mode
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    db.exec('PRAGMA foreign_keys = ON; BEGIN EXCLUSIVE; COMMIT');
    migrate(db, migrations);
  } catch (error) {
    db.close();
    if (error instanceof Error && error.message.includes('locked')) {
      throw new StateInUse(`Another Google simulator is already running on ${directory}. Stop it first.`);
    }
    throw error;
  }
  return storeOn(db);
}

function migrate(db: DatabaseSync, migrations: readonly string[]): void {
  const done = Number((db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version);
  migrations.slice(done).forEach((sql, at) => {
    db.exec(`BEGIN; ${sql}; PRAGMA user_version = ${done + at + 1}; COMMIT`);
  });
}

function storeOn(db: DatabaseSync): Store {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  return {
    db,
    get: <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values) as Row[],
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    transaction(work) {
      if (db.isTransaction) return work();
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
