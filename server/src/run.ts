import { access, constants, mkdir } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import type { Logger } from 'pino';
import { type App, createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import type { Connection } from './database/connect.ts';
import { startEmbeddedPostgres } from './database/embedded-postgres.ts';
import { freeMemoryAtRest } from './free-memory.ts';
import { startProbeServer } from './http/probes.ts';
import { createLog } from './log.ts';
import { createProcessState } from './operations/process-state.ts';
import { StartupError } from './problems.ts';
import { cannotWrite } from './secrets.ts';
import { isTracingConfigured } from './tracing/tracing.ts';

/**
 * Starts Postroom in the roles of its configuration. It stops on SIGINT or SIGTERM, and when the process that
 * started it with an IPC channel, `npm start`, has ended.
 */
async function main(): Promise<void> {
  const config = await readConfig(process.env);
  const log = createLog(config.logLevel);
  const processState = createProcessState();
  const probes =
    config.probes &&
    (await startProbeServer({ ...config.probes, token: config.metricsToken }, processState, log).catch(
      (error) => {
        throw toStartupError(
          error,
          { ...config, ...config.probes },
          { host: 'POSTROOM_PROBE_HOST', port: 'POSTROOM_PROBE_PORT' },
        );
      },
    ));
  const tracing = await startTracing(config, log);
  let stopping = false;
  let database: OpenDatabase | null = null;
  let app: App | null = null;

  const stop = async (reason: string, options?: { drain: boolean }) => {
    if (stopping) return;
    stopping = true;
    processState.stopping();
    log.info(reason);
    // A database that is starting is stopped below.
    if (!database) return;
    await app?.stop(options);
    await database.stop();
    await probes?.close();
    await tracing?.stop();
    process.exit(process.exitCode ?? 0);
  };
  process.on('SIGINT', () => void stop('Stopping, as asked'));
  process.on('SIGTERM', () => void stop('Stopping, as asked', { drain: true }));
  process.on('disconnect', () => void stop('Stopping: the process that started Postroom has ended'));
  const opened = await openDatabase(config, log);
  if (stopping) {
    await opened.stop();
    process.exit(0);
  }
  database = opened;
  void database.terminated.then(() => {
    process.exitCode = 1;
    if (!stopping) console.error('Postroom stops: its Postgres has ended. Start it again.');
    return stop('Postgres has ended');
  });

  try {
    app = await createApp(config, database.connection, log, processState);
  } catch (error) {
    // Its database was stopped below it.
    if (stopping) return;
    await database.stop();
    throw toStartupError(error, config);
  }
  if (stopping) return;
  console.log(app.address ? `Postroom is ready at ${config.url}` : 'Postroom is ready to work');
  // Node writes it at the end only, which one that is killed does not reach.
  setTimeout(flushCompileCache, 10_000).unref();
  freeMemoryAtRest();
  if (app.bootstrapUrl) {
    console.log(
      `Nobody can sign in yet. Open this link to make the first admin; it works once: ${app.bootstrapUrl}`,
    );
  }
}

/** The packages of OpenTelemetry are loaded only where a collector is named. */
async function startTracing({ role }: Config, log: Logger): Promise<{ stop(): Promise<void> } | null> {
  if (!isTracingConfigured(process.env)) return null;
  const { startTracing } = await import('./tracing/open-telemetry.ts');
  return startTracing(process.env, { serviceName: role === 'all' ? 'postroom' : `postroom-${role}`, log });
}

type OpenDatabase = { connection: Connection; terminated: Promise<void>; stop(): Promise<void> };

async function openDatabase(config: Config, log: Logger): Promise<OpenDatabase> {
  if (config.databaseUrl) {
    return {
      connection: { connectionString: config.databaseUrl },
      terminated: new Promise(() => {}),
      stop: async () => {},
    };
  }
  try {
    await mkdir(config.dataDirectory, { recursive: true });
    const postgres = await startEmbeddedPostgres(config.dataDirectory);
    if (postgres.kind === 'already-running') {
      throw new StartupError(
        `Another Postroom is running on the data directory ${config.dataDirectory}.\n` +
          '  Stop it first, or set POSTROOM_DATA_DIR to another directory for this one.',
      );
    }
    if (postgres.reused) log.info('took over the Postgres that an earlier Postroom left running');
    return postgres;
  } catch (error) {
    if (error instanceof StartupError) throw error;
    await access(config.dataDirectory, constants.W_OK).catch((fault) => {
      throw cannotWrite(config.dataDirectory, fault);
    });
    throw new StartupError(`Postroom cannot start its database: ${(error as Error).message}`);
  }
}

/** An address that is not of this machine, a port of the system, a name that no address is known of. */
const notListening = new Set(['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);

/** Faults of the surroundings in plain words; anything else as it is. */
function toStartupError(
  error: unknown,
  { host, port }: Pick<Config, 'host' | 'port'>,
  settings = { host: 'HOST', port: 'PORT' },
): unknown {
  if (error instanceof StartupError) return error;
  const { code, message } = (
    error instanceof Error && error.cause ? error.cause : error
  ) as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new StartupError(
      `Port ${port} on ${host} is in use by another program.\n  Stop that program, or set ${settings.port} to another number.`,
    );
  }
  if (code !== undefined && notListening.has(code)) {
    return new StartupError(
      `Postroom cannot listen on ${host}:${port}: ${message}.\n  Change ${settings.host} or ${settings.port}.`,
    );
  }
  return error;
}

main().catch((error) => {
  console.error(error instanceof StartupError ? error.message : error);
  process.exit(1);
});
