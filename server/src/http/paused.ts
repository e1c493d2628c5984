import type { FastifyInstance } from 'fastify';
import type { Pause } from '../backup/pause.ts';
import { commandLine } from '../command-line.ts';
import { createProblem, ProblemError } from '../problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route sends requests to Google: it is refused while the deployment is paused. */
    asksGoogle?: boolean;
  }
}

export const paused = createProblem(409, 'paused', { command: commandLine('resume') });

/** Refuses routes that ask Google while this is a restored copy whose original may be running. */
export function refuseWhilePaused(app: FastifyInstance, pause: Pause): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.asksGoogle && pause.isPaused()) throw new ProblemError(paused);
  });
}
