import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { StartupError } from '../problems.ts';
import type { Connection } from './connect.ts';

/** How a process reaches its database: `pooled` for transactions, `direct` for what belongs to a session. */
export type Addresses = { pooled: Connection; direct: Connection };

/** A pooler whose connections are all in use cannot serve two: the question is given up (ms). */
const patienceMs = 3_000;
const answerTimeoutMs = 30_000;
const tries = 10;

/** Why a database cannot be used, such as a certificate that is not trusted, in a line. */
function cannotUse(setting: string, { message }: Error): StartupError {
  const reason = /client password must be a string/.test(message)
    ? 'it asks for a password, and the address has none'
    : message;
  return new StartupError(
    `Postroom cannot use the database of ${setting}: ${reason}.\n` +
      '  docs/production.md, “A Postgres of your own”, has an example of an address.',
  );
}

/**
 * Finds out whether a pooler such as PgBouncer is between this process and Postgres, and what it can do. Listening and
 * session locks need a connection of their own, so `directUrl` must lead past it. Throws a StartupError that says what
 * to set, or why a database cannot be used.
 */
export async function findAddresses(connection: Connection, directUrl: string | null): Promise<Addresses> {
  const isPooled = await isBehindPooler(connection).catch((error: Error) => {
    throw connection.connectionString ? cannotUse('DATABASE_URL', error) : error;
  });
  if (!directUrl) {
    if (isPooled) throw new StartupError(directUrlIsMissing);
    return { pooled: connection, direct: connection };
  }
  const direct: Connection = { connectionString: directUrl };
  try {
    if ((await isBehindPooler(direct)) && (await sharing(direct)).isShared) {
      throw new StartupError(
        'POSTROOM_DATABASE_DIRECT_URL leads to a pooler that shares connections between transactions (PgBouncer:\n' +
          '  pool_mode = transaction). Set it to the address of Postgres itself.',
      );
    }
    if (!(await isSameDatabase(connection, direct))) {
      throw new StartupError(
        'DATABASE_URL and POSTROOM_DATABASE_DIRECT_URL lead to different databases: both must name the same one.',
      );
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw cannotUse('POSTROOM_DATABASE_DIRECT_URL', error as Error);
  }
  if (!isPooled) return { pooled: connection, direct };
  const { keepsStatements } = await sharing(connection);
  return { pooled: { ...connection, pooler: { keepsStatements } }, direct };
}

const directUrlIsMissing =
  'DATABASE_URL leads to a pooler such as PgBouncer, and listening and locks need one direct connection for each process.\n' +
  '  Set POSTROOM_DATABASE_DIRECT_URL to the address of Postgres itself, with the same user and database:\n' +
  '  docs/production.md, “Through PgBouncer”.';

/**
 * Postgres tells a new connection the id of its process, for cancelling (BackendKeyData,
 * https://www.postgresql.org/docs/current/protocol-message-formats.html). A pooler, which has not chosen one yet, makes
 * an id up.
 */
export function isBehindPooler(connection: Connection): Promise<boolean> {
  return withClients(connection, 1, async ([client]) => {
    const { processID } = client as unknown as { processID: number | null };
    return (await processOf(client!)) !== processID;
  });
}

/**
 * Whether two connections at once use one connection of Postgres in turn, and if so, whether a prepared statement of
 * the first is found when it gets another one. What could not be shown counts as no.
 */
function sharing(connection: Connection): Promise<{ isShared: boolean; keepsStatements: boolean }> {
  const impatient = { ...connection, query_timeout: patienceMs };
  return withClients(impatient, 2, async ([one, other]) => {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      // Prepared by nobody before: another connection of Postgres may serve each attempt.
      const name = `postroom_${randomBytes(8).toString('hex')}`;
      const first = await processOf(one!, name);
      await other!.query('begin');
      if ((await processOf(other!)) !== first) {
        await other!.query('rollback');
        continue;
      }
      // `other` holds it now, so `one` gets another.
      const keepsStatements = await processOf(one!, name).then(
        (process) => process !== first,
        () => false,
      );
      return { isShared: true, keepsStatements };
    }
    return { isShared: false, keepsStatements: false };
  });
}

/** A lock of a database is seen by all its connections. */
function isSameDatabase(connection: Connection, direct: Connection): Promise<boolean> {
  const key = randomBytes(8).readBigInt64BE().toString();
  return withClients(direct, 1, async ([holder]) => {
    await holder!.query('select pg_advisory_lock($1)', [key]);
    return withClients(connection, 1, async ([client]) => {
      const { rows } = await client!.query('select pg_try_advisory_xact_lock($1) as free', [key]);
      return !rows[0].free;
    });
  });
}

/** The process of Postgres that answers. `name`: of a prepared statement. */
async function processOf(client: pg.Client, name?: string): Promise<number> {
  const { rows } = await client.query({ name, text: 'select pg_backend_pid() as process', values: [] });
  return rows[0].process;
}

async function withClients<T>(
  connection: Connection,
  count: number,
  work: (clients: pg.Client[]) => Promise<T>,
): Promise<T> {
  const config = { connectionTimeoutMillis: 10_000, query_timeout: answerTimeoutMs };
  const clients = Array.from({ length: count }, () => new pg.Client({ ...config, ...connection }));
  for (const client of clients) client.on('error', () => {});
  try {
    for (const client of clients) await client.connect();
    return await work(clients);
  } finally {
    // Not awaited: a statement that was given up may still wait for its answer.
    for (const client of clients) void client.end().catch(() => {});
  }
}
