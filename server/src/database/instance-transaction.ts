import { type Kysely, sql } from 'kysely';
import { validate } from 'uuid';
import { databaseOnly, type FileStores } from '../stores/file-stores.ts';
import type { Deployment } from './connect.ts';
import type { Schema } from './generated/schema.ts';
import {
  nameStatement,
  planOnce,
  type RowsOf,
  runTogether,
  type Statement,
  sendWithTheNext,
} from './prepared-statements.ts';
import { retryConflicts } from './retry-conflicts.ts';

/**
 * A transaction bound to one instance. Postgres enforces it: the transaction runs as the role postroom_app,
 * under a row-level-security policy on every table with an instance_id.
 */
export type InstanceTransaction = {
  instanceId: string;
  sql: Kysely<Schema>;
  /** Reads the files that its rows refer to. What is stored goes into the rows first (files/move-files.ts). */
  files: FileStores;
  /**
   * Statements to run last, in this order and in one round trip with the commit (see events/record-event.ts).
   * Each is built then.
   */
  withCommit: Array<() => Statement>;
  /** Called once it is committed, for what is logged, counted or begun then. They must not throw. */
  afterCommit: Array<() => void>;
};

/**
 * `generic`: each statement is planned once for a connection, for whatever values, and finds rows by keys (`planOnce`).
 * Else Postgres plans one again for its first values, and later where that might be cheaper, as for empty lists. `readOnly`:
 * Postgres refuses to write, and the result is there before the transaction has ended, on which nothing depends then.
 */
type TransactionOptions = { statementTimeoutMs?: number; plans?: 'generic'; readOnly?: boolean };

/** How domain code accesses the database. */
export type Database = {
  /** Reads files outside a transaction, so that a slow store keeps no connection. */
  files: FileStores;
  /**
   * Runs `work` in a transaction of this instance; commits its result, rolls back on a throw. After a deadlock
   * it runs again from the start (retry-conflicts.ts), so it must change nothing outside the transaction. A
   * statement that takes longer than `statementTimeoutMs` is stopped (failure.ts: `timed-out`).
   */
  inInstance<T>(
    instanceId: string,
    work: (tx: InstanceTransaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
};

/** Creates the bound handle over a deployment's pool. */
export function bindToInstances(deployment: Deployment, files: FileStores = databaseOnly): Database {
  return {
    files,
    inInstance(instanceId, work, options) {
      if (!validate(instanceId)) throw new TypeError('An instance id is a UUID');
      return retryConflicts(() => runOnce(deployment, instanceId, { work, files, ...options }));
    },
  };
}

function runOnce<T>(
  deployment: Deployment,
  instanceId: string,
  {
    work,
    files,
    statementTimeoutMs = deployment.statementTimeoutMs ?? undefined,
    plans,
    readOnly = false,
  }: TransactionOptions & { files: FileStores; work: (tx: InstanceTransaction) => Promise<T> },
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const ended = deployment.sql.connection().execute(async (connection) => {
    const tx: InstanceTransaction = { instanceId, sql: connection, files, withCommit: [], afterCommit: [] };
    await sendWithTheNext(tx, beginning(instanceId, { statementTimeoutMs, plans, readOnly }));
    try {
      const result = await work(tx);
      if (committed.has(tx)) return result;
      if (readOnly) resolve(result);
      const finalStatements = tx.withCommit.map((statement) => statement());
      // If one of them fails, Postgres runs none after it, nor the commit. `select 1` fails if `work`
      // swallowed the error of a statement: a commit alone would roll back without an error.
      await runTogether(tx, [check, ...finalStatements, commit]);
      for (const report of tx.afterCommit) report();
      return result;
    } catch (error) {
      await sql`rollback`.execute(connection).catch(() => {});
      throw error;
    }
  });
  ended.then(resolve, reject);
  return promise;
}

/** Transactions that `runInInstance` has committed. */
const committed = new WeakSet<InstanceTransaction>();

/** Runs statements in a transaction of their own of this instance, in one round trip; returns the rows of each. */
export function runInInstance<const Statements extends readonly Statement[]>(
  database: Database,
  instanceId: string,
  statements: Statements,
): Promise<RowsOf<Statements>> {
  return database.inInstance(instanceId, async (tx) => {
    const rows = await runTogether(tx, [...statements, commit]);
    committed.add(tx);
    return rows.slice(0, -1) as RowsOf<Statements>;
  });
}

const begin: Statement = { text: nameStatement('begin'), values: [] };
const beginReading: Statement = { text: nameStatement('begin read only'), values: [] };
const check: Statement = { text: nameStatement('select 1'), values: [] };
const commit: Statement = { text: nameStatement('commit'), values: [] };
const setInstance = nameStatement(
  "select set_config('role', 'postroom_app', true), set_config('postroom.instance', $1, true)",
);
const setTimeLimit = nameStatement("select set_config('statement_timeout', $1, true)");

/** Opens a transaction that is bound to one instance. */
function beginning(
  instanceId: string,
  { statementTimeoutMs, plans, readOnly }: TransactionOptions,
): Statement[] {
  return [
    readOnly ? beginReading : begin,
    { text: setInstance, values: [instanceId] },
    ...(plans === 'generic' ? [planOnce] : []),
    ...(statementTimeoutMs === undefined
      ? []
      : [{ text: setTimeLimit, values: [String(Math.ceil(statementTimeoutMs))] }]),
  ];
}

/**
 * Runs `work` in a bound transaction with the rights of the deployment, for tables that belong to no
 * instance: users and memberships. Its statements must name the instance they mean.
 */
export async function asDeployment<T>(tx: InstanceTransaction, work: () => Promise<T>): Promise<T> {
  await sql`reset role`.execute(tx.sql);
  const result = await work();
  await sql`set local role postroom_app`.execute(tx.sql);
  return result;
}
