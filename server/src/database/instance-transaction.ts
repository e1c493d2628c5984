import { type Kysely, sql } from 'kysely';
import { validate } from 'uuid';
import type { Deployment } from './connect.ts';
import type { Schema } from './generated/schema.ts';

/**
 * One transaction bound to one instance. Postgres itself keeps it there: the transaction runs as
 * the role postroom_app, under a row-level-security policy on every table that carries instance_id.
 */
export type InstanceTransaction = {
  instanceId: string;
  sql: Kysely<Schema>;
  /**
   * Statements to run last, in the order added and in one round trip with the commit (see
   * events/record.ts). Each is put together then; its values stand in it, escaped.
   */
  withCommit: Array<() => string>;
};

/** The one way domain code reaches the database. */
export type Database = {
  /** Runs `work` in a transaction of this instance; commits its result, rolls back on a throw. */
  inInstance<T>(instanceId: string, work: (tx: InstanceTransaction) => Promise<T>): Promise<T>;
};

/** Makes the bound handle over a deployment's pool. */
export function bindToInstances(deployment: Deployment): Database {
  return {
    inInstance(instanceId, work) {
      if (!validate(instanceId)) throw new TypeError('An instance id is a UUID');
      return deployment.sql.connection().execute(async (connection) => {
        // One round trip for all three; the id was checked above.
        await sql
          .raw(`begin; set local role postroom_app; set local postroom.instance = '${instanceId}'`)
          .execute(connection);
        try {
          const tx: InstanceTransaction = { instanceId, sql: connection, withCommit: [] };
          const result = await work(tx);
          const finalStatements = tx.withCommit.map((statement) => statement());
          // Where one of them fails Postgres runs none behind it, the commit neither. The first fails where
          // `work` swallowed an error of a statement: the commit alone would roll back and say nothing.
          await sql.raw(['select 1', ...finalStatements, 'commit'].join('; ')).execute(connection);
          return result;
        } catch (error) {
          await sql`rollback`.execute(connection).catch(() => {});
          throw error;
        }
      });
    },
  };
}

/**
 * Runs `work` in a bound transaction with the rights of the deployment, for what belongs to no one
 * instance: users and their membership. Its statements must say themselves which instance they mean.
 */
export async function asDeployment<T>(tx: InstanceTransaction, work: () => Promise<T>): Promise<T> {
  await sql`reset role`.execute(tx.sql);
  const result = await work();
  await sql`set local role postroom_app`.execute(tx.sql);
  return result;
}
