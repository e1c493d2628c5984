import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PostgresAddress } from './run-postgres.ts';

const file = fileURLToPath(new URL('run-postgres.ts', import.meta.url));

/**
 * Starts the embedded Postgres of a data directory in a process of its own, which stops it when this process ends in
 * any way, SIGKILL included, and then deletes `directory`. Throws if Postgres does not start.
 */
export async function startPostgresProcess(dataDirectory: string, directory: string) {
  const child = fork(file, [dataDirectory, directory], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const started = once(child, 'message') as Promise<[PostgresAddress]>;
  const first = await Promise.race([started, ended.then(() => null)]);
  if (!first) throw new Error('Postgres does not start, or another process uses its data directory');
  const { host, user, database } = first[0];
  return {
    /** The directory of its socket. */
    host,
    databaseUrl: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    /** Stops Postgres; the directory stays. */
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
