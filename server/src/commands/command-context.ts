import { readPause } from '../backup/pause.ts';
import { commandLine } from '../command-line.ts';
import type { Config } from '../config.ts';
import { type Connection, connect } from '../database/connect.ts';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';
import { bindToInstances } from '../database/instance-transaction.ts';
import { migrate } from '../database/migrate.ts';
import { openLocks } from '../database/session-locks.ts';
import { createSealer } from '../google/seal.ts';
import { openParser } from '../inbound/parse/parser.ts';
import { createConnectionDeps } from '../mailboxes/connection-deps.ts';
import { StartupError } from '../problems.ts';
import { openFileStores } from '../stores/file-stores.ts';

export type CommandContext = Awaited<ReturnType<typeof openCommandContext>>;
export type DatabaseContext = Awaited<ReturnType<typeof openDatabaseContext>>;

/** Where the server's database is, as it is: it may be of another release, or empty. */
export async function openConnection({ databaseUrl, databaseDirectUrl, dataDirectory }: Config) {
  if (databaseUrl) {
    return {
      // Commands need no pooler, and some need what it has not: a session, or one long transaction.
      connection: { connectionString: databaseDirectUrl ?? databaseUrl } as Connection,
      isInUse: false,
      close: async () => {},
    };
  }
  const postgres = await startEmbeddedPostgres(dataDirectory);
  const close = async () => {
    if (postgres.kind === 'started') await postgres.stop();
  };
  return { connection: postgres.connection, isInUse: postgres.kind === 'already-running', close };
}

/**
 * The server's database, whether the server runs or not. A running embedded Postgres is shared; otherwise it is
 * started, and stopped at the end.
 */
export async function openDatabaseContext(config: Config) {
  const { connection, close: closeConnection } = await openConnection(config);
  const deployment = connect(connection);
  const close = async () => {
    await deployment.pool.end();
    await closeConnection();
  };
  try {
    await migrate(deployment);
    const files = openFileStores(config.files, config.dataDirectory);
    return { connection, deployment, files, database: bindToInstances(deployment, files), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a command works with that asks Google: the server's database, and Gmail. */
export async function openCommandContext(config: Config) {
  const { connection, deployment, database, close } = await openDatabaseContext(config);
  const locks = openLocks(connection);
  const closeAll = async () => {
    await locks.close();
    await close();
  };
  try {
    const connecting = createConnectionDeps(config, {
      deployment,
      database,
      locks,
      sealer: createSealer(config.secrets),
    });
    if (!connecting) {
      throw new StartupError(
        'No Google client is configured: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, as for the server.',
      );
    }
    const pause = await readPause(deployment);
    if (pause && !pause.resumedAt) {
      throw new StartupError(
        `This Postroom is a restored copy, and paused. Once the original is off, type: ${commandLine('resume')}`,
      );
    }
    const parser = openParser();
    return {
      deployment,
      database,
      locks,
      gmail: connecting.gmail,
      parser,
      async close() {
        await parser.close();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
