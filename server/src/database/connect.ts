import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Schema } from './generated/schema.ts';
import { PreparedStatementClient } from './prepared-statements.ts';

export type Connection = pg.ClientConfig;

/** The whole database, not bound to one instance: for migrations, sign-in and instance-transaction.ts. */
export type Deployment = { sql: Kysely<Schema>; pool: pg.Pool; connection: Connection };

// int8 counts and event numbers fit a JavaScript number; history ids are numeric(20) and stay strings.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/** For requests: they are refused rather than kept waiting, for a connection or for a statement (ms). */
export const timeoutsOfRequests = { connectionTimeoutMillis: 3_500, statement_timeout: 30_000 };

/**
 * Opens a pool. It connects with the first query; `close` ends it. Without `timeouts` a query waits for a
 * connection as long as it takes.
 */
export function connect(
  connection: Connection,
  { max = 20, timeouts = {} }: { max?: number; timeouts?: Partial<typeof timeoutsOfRequests> } = {},
): Deployment {
  const pool = new pg.Pool({
    ...connection,
    ...timeouts,
    types,
    max,
    application_name: 'postroom',
    Client: PreparedStatementClient,
  });
  // Losing a connection must not end the process, neither an idle one nor one in use: the next query reports it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const sql = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  return { sql, pool, connection };
}
