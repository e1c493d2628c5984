import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from './connect.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { generateSchema } from './generate-schema.ts';
import { migrate } from './migrate.ts';

// Prints generated/schema.ts: starts a Postgres of its own, migrates an empty database and reads it.

const directory = await mkdtemp(path.join(tmpdir(), 'postroom-schema-'));
const postgres = await startEmbeddedPostgres(directory);
if (postgres.kind !== 'started') throw new Error('A new directory cannot be in use');
const deployment = connect(postgres.connection);
try {
  await migrate(deployment);
  process.stdout.write(await generateSchema(deployment));
} finally {
  await deployment.pool.end();
  await postgres.stop();
  for (const made of [directory, String(postgres.connection.host)]) {
    await rm(made, { recursive: true, force: true });
  }
}
