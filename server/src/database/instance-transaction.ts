import { type Kysely, sql } from 'kysely';
import { validate } from 'uuid';
import { databaseOnly, type FileStores } from '../stores/file-stores.ts';
import type { Deployment } from './connect.ts';
import type { Schema } from './generated/schema.ts';
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
   * Each is built then; its values are escaped into its text.
   */
  withCommit: Array<() => string>;
  /** Called once it is committed, for what is logged and counted. They must not throw. */
  afterCommit: Array<() => void>;
};

type TransactionOptions = { statementTimeoutMs?: number };

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
  }: TransactionOptions & { files: FileStores; work: (tx: InstanceTransaction) => Promise<T> },
): Promise<T> {
  const timeout =
    statementTimeoutMs === undefined
      ? ''
      : `; set local statement_timeout = ${Math.ceil(statementTimeoutMs)}`;
  return deployment.sql.connection().execute(async (connection) => {
    // One round trip for all; the id was checked above.
    await sql
      .raw(`begin; set local role postroom_app; set local postroom.instance = '${instanceId}'${timeout}`)
      .execute(connection);
    try {
      const tx: InstanceTransaction = { instanceId, sql: connection, files, withCommit: [], afterCommit: [] };
      const result = await work(tx);
      const finalStatements = tx.withCommit.map((statement) => statement());
      // If one of them fails, Postgres runs none after it, nor the commit. `select 1` fails if `work`
      // swallowed the error of a statement: a commit alone would roll back without an error.
      await sql.raw(['select 1', ...finalStatements, 'commit'].join('; ')).execute(connection);
      for (const report of tx.afterCommit) report();
      return result;
    } catch (error) {
      await sql`rollback`.execute(connection).catch(() => {});
      throw error;
    }
  });
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
