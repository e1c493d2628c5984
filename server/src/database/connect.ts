import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Schema } from './generated/schema.ts';
import { columnNames, PreparedStatementClient } from './prepared-statements.ts';
import { streamOf } from './socket.ts';

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
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    types,
    max,
    application_name: 'postroom',
    Client: PreparedStatementClient,
  });
  // Losing a connection must not end the process, neither an idle one nor one in use: the next query reports it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  rememberClients(pool);
  const sql = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [columnNames()],
  });
  return { sql, pool, connection };
}

const clientsOf = new WeakMap<pg.Pool, Set<pg.Client>>();

function rememberClients(pool: pg.Pool): void {
  const clients = new Set<pg.Client>();
  clientsOf.set(pool, clients);
  pool.on('connect', (client) => clients.add(client as pg.Client));
  pool.on('remove', (client) => clients.delete(client as pg.Client));
}

/**
 * Cuts all connections of a pool of `connect`: what waits for an answer on them fails at once, and the next query
 * connects again. For a network that drops packets, which the operating system notices after minutes only.
 */
export function cutConnections(pool: pg.Pool): void {
  for (const client of clientsOf.get(pool) ?? []) streamOf(client).destroy();
}
