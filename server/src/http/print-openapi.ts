import { pino } from 'pino';
import { createServer } from './server.ts';
import type { Services } from './services.ts';

/** Prints the OpenAPI document. It depends only on the routes, so no database is opened. */
const noServices = {} as Services;
const app = await createServer(
  { ...noServices, url: 'https://desk.acme.com', simulator: null, notifications: null },
  pino({ level: 'silent' }),
);
const answer = await app.inject('/api/openapi.json');
process.stdout.write(`${JSON.stringify(answer.json(), null, 2)}\n`);
