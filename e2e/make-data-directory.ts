import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyDirectory, startTestEnvironment } from './environment.ts';

/**
 * Starts Postroom once, before all test files: making the database and its demo users takes longer than all the rest
 * of a start. Each file then starts with a copy of this data directory.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), 'postroom-e2e-started-'));
  const environment = await startTestEnvironment();
  await environment.server.end('SIGTERM');
  const started = path.join(directory, 'data');
  await copyDirectory(environment.dataDirectory, started);
  await environment.stop();
  process.env.E2E_STARTED_DATA = started;
  return () => rm(directory, { recursive: true, force: true });
}
