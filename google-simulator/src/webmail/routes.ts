import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import type { Simulator } from '../simulator.ts';
import { accountRoutes } from './account-routes.ts';
import { composeRoutes } from './compose-routes.ts';
import { folderRoutes } from './folder-routes.ts';
import { mailVersion } from './folders.ts';
import { messageRoutes } from './message-routes.ts';

/** The webmail at /mail: every simulated account, without passwords. */
export async function registerWebmail(app: FastifyInstance, simulator: Simulator): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(multipart, { limits: { fileSize: 40e6, fieldSize: 60e6, files: 50 } });

    const script = readFileSync(join(import.meta.dirname, 'client.js'));
    scope.get('/mail/client.js', (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(script),
    );
    scope.get('/mail/version', () => ({ version: mailVersion(simulator) }));
    accountRoutes(scope, simulator);
    folderRoutes(scope, simulator);
    messageRoutes(scope, simulator);
    composeRoutes(scope, simulator);
  });
}
