import { rm } from 'node:fs/promises';
import { startEmbeddedPostgres } from '../database/embedded-postgres.ts';

// The process of `startPostgresProcess`: arguments are the data directory, and the one to delete after the parent ended.

export type PostgresAddress = { host: string; user: string; database: string };

const [dataDirectory = '', directory = ''] = process.argv.slice(2);
// Ctrl-C reaches this process too. Its parent may need Postgres to stop, so only the end of the parent counts.
process.on('SIGINT', () => {});
let parentEnded = false;
process.on('disconnect', () => {
  parentEnded = true;
});
const postgres = await startEmbeddedPostgres(dataDirectory);
if (postgres.kind !== 'started') process.exit(1);
const stop = async ({ remove }: { remove: boolean }) => {
  await postgres.stop();
  if (remove)
    for (const each of [directory, host]) await rm(each, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
};
const { host, user, database } = postgres.connection as PostgresAddress;
process.on('SIGTERM', () => void stop({ remove: false }));
process.on('disconnect', () => {
  // Whoever was suspended with SIGSTOP by the parent ends only after it goes on; to all others this means nothing.
  process.kill(0, 'SIGCONT');
  void stop({ remove: true });
});
if (parentEnded) process.emit('disconnect');
else process.send?.({ host, user, database } satisfies PostgresAddress);
