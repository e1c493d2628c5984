import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The run's own queries. While Postgres is down for a restore they wait, so each must bear being repeated. */
export type DatabaseAccess = {
  query(sql: string, values?: unknown[]): Promise<pg.QueryResult>;
  end(): Promise<void>;
};

/** How long a query waits for Postgres, in milliseconds. */
const outageTimeoutMs = 180_000;

export function openDatabaseAccess(connectionString: string): DatabaseAccess {
  const pool = new pg.Pool({ connectionString, max: 4 });
  // Postgres may end idle connections before the pool closes them; queries fail with an error of their own.
  pool.on('error', () => {});
  return {
    async query(sql, values) {
      const deadline = performance.now() + outageTimeoutMs;
      for (;;) {
        try {
          return await pool.query(sql, values);
        } catch (error) {
          if (!isDisconnection(error) || performance.now() > deadline) throw error;
          await sleep(50);
        }
      }
    },
    end: () => pool.end(),
  };
}

/** Whether the connection failed, and not the query: classes 08 and 57P of Postgres's error codes, and the socket. */
function isDisconnection(error: unknown): boolean {
  const { code = '', message } = error as Error & { code?: string };
  return (
    /^(08|57P)/.test(code) || /^(ECONN|ENOENT|EPIPE)/.test(code) || /Connection terminated/.test(message)
  );
}
