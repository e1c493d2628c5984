import pg from 'pg';
import type { Connection, Deployment } from '../database/connect.ts';
import { latestMigration } from '../database/migrate.ts';
import { processFigures } from '../metrics/metrics.ts';
import { createDeploymentFigures, type DeploymentFigures } from './deployment-figures.ts';

type Log = { warn(error: unknown, message: string): void };

/** Why a process takes no work; null: it does. */
export type NotReady = 'starting' | 'stopping' | 'database-away' | 'migrations-missing' | null;

/** What probes and monitoring ask of one process. */
export type ProcessState = {
  /** Asks Postgres; answers within a second, whatever Postgres does. Never rejects. */
  notReady(): Promise<NotReady>;
  /** All figures, in the text format of Prometheus. */
  metrics(): Promise<string>;
  /** The process has started: everything is connected, and the migrations have run. */
  started(deployment: Deployment, log: Log): void;
  stopping(): void;
  isStopping(): boolean;
  close(): Promise<void>;
};

/** How long Postgres may take to be connected, and to answer (ms): together below a second. */
const connectTimeoutMs = 400;
const answerTimeoutMs = 400;

/** Opens the state of a process that is starting. */
export function createProcessState(): ProcessState {
  let state: 'starting' | 'started' | 'stopping' = 'starting';
  let probe: pg.Pool | null = null;
  let figures: DeploymentFigures | null = null;
  let asking: Promise<NotReady> | null = null;

  async function ask(pool: pg.Pool): Promise<NotReady> {
    try {
      const { rowCount } = await pool.query('select from schema_migration where name = $1', [
        await latestMigration(),
      ]);
      return rowCount ? null : 'migrations-missing';
    } catch {
      return 'database-away';
    }
  }

  return {
    async notReady() {
      if (state !== 'started' || !probe) return state === 'stopping' ? 'stopping' : 'starting';
      // One question at a time, however often the probe is called.
      asking ??= ask(probe).finally(() => {
        asking = null;
      });
      const answer = await asking;
      return (state as string) === 'stopping' ? 'stopping' : answer;
    },
    async metrics() {
      const ofDeployment = figures ? await figures.text() : '';
      return `${await processFigures.metrics()}\n${ofDeployment}`;
    },
    started(deployment, log) {
      probe = openProbe(deployment.connection);
      figures = createDeploymentFigures(deployment, log);
      if (state === 'starting') state = 'started';
    },
    stopping() {
      state = 'stopping';
    },
    isStopping: () => state === 'stopping',
    async close() {
      state = 'stopping';
      await probe?.end();
    },
  };
}

/** A connection of its own: those of the process may all be in use, which is no reason to restart it. */
function openProbe(connection: Connection): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max: 1,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    application_name: 'postroom readiness',
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
