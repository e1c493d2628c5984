import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { fewConnections } from './few-connections.ts';
import type { Schema } from './generated/schema.ts';
import { columnNames, DatabaseClient, PreparedStatementClient } from './prepared-statements.ts';
import { streamOf } from './socket.ts';

export type Connection = pg.ClientConfig & {
  /** Set if it leads through a pooler, which shares the connections of Postgres between transactions (pooler.ts). */
  pooler?: Pooler;
};
/** `keepsStatements`: a prepared statement is found again by the next transaction, on whatever connection. */
export type Pooler = { keepsStatements: boolean };

/** The whole database, not bound to one instance: for migrations, sign-in and instance-transaction.ts. */
export type Deployment = {
  sql: Kysely<Schema>;
  pool: pg.Pool;
  connection: Connection;
  /** Set if transactions must limit their statements themselves (ms). */
  statementTimeoutMs: number | null;
};

// int8 counts and event numbers fit a JavaScript number; history ids are numeric(20) and stay strings.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/** For requests: they are refused rather than kept waiting, for a connection or for a statement (ms). */
export const timeoutsOfRequests = { connectionTimeoutMillis: 3_500, statement_timeout: 30_000 };

/** Connections that are not closed after ten seconds of rest, so that the next request finds its statements planned. */
const keptAtRest = 2;

/**
 * Opens a pool. It connects with the first query; `close` ends it. Without `timeouts` a query waits for a
 * connection as long as it takes.
 */
export function connect(
  connection: Connection,
  { max = 20, timeouts = {} }: { max?: number; timeouts?: Partial<typeof timeoutsOfRequests> } = {},
): Deployment {
  const { pooler } = connection;
  const pool = new pg.Pool({
    ...connection,
    ...(pooler ? timeoutsThroughPooler(timeouts) : timeouts),
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    types,
    max,
    min: keptAtRest,
    application_name: 'postroom',
    Client: pooler && !pooler.keepsStatements ? DatabaseClient : PreparedStatementClient,
  });
  // Losing a connection must not end the process, neither an idle one nor one in use: the next query reports it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  rememberClients(pool);
  const sql = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: fewConnections(pool) }),
    plugins: [columnNames()],
  });
  return { sql, pool, connection, statementTimeoutMs: (pooler && timeouts.statement_timeout) ?? null };
}

/**
 * PgBouncer refuses a connection that begins with a statement_timeout (https://www.pgbouncer.org/config.html,
 * ignore_startup_parameters): each transaction sets it for itself, and this process waits for no other statement longer.
 */
function timeoutsThroughPooler({ statement_timeout, ...others }: Partial<typeof timeoutsOfRequests>) {
  return { ...others, ...(statement_timeout && { query_timeout: statement_timeout + 2_000 }) };
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
