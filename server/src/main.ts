import { mkdir } from 'node:fs/promises';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import type { Connection } from './database/connect.ts';
import { startEmbeddedPostgres } from './database/embedded.ts';
import { StartRefused } from './errors.ts';
import { openHouse } from './house.ts';

/** Starts Postroom and keeps it until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const config = await readConfig(process.env);
  const log = pino({ level: config.logLevel, base: null, redact: ['req.headers.cookie', 'req.headers.authorization'] });
  await mkdir(config.dataDirectory, { recursive: true });
}
