import type { FastifyInstance } from 'fastify';
import { readLedger } from '../mail/ledger.ts';
import type { Simulator } from '../simulator.ts';
import { faultRoutes } from './fault-routes.ts';
import { mailboxRoutes } from './mailbox-routes.ts';
import { post } from './post.ts';
import { settingRoutes } from './setting-routes.ts';

/** The control API for tests and demonstrations; README.md describes each path. */
export function registerControl(app: FastifyInstance, simulator: Simulator, stateDirectory: string): void {
  const { clock } = simulator;
  /** Identifies a running simulator, so that a start script can reuse it. */
  app.get('/control/identity', () => ({ simulator: 'postroom-google-simulator', stateDirectory }));
  app.get('/control/ledger', (request) => ({
    entries: readLedger(simulator, Number((request.query as { after?: string }).after ?? 0)),
  }));
  post<{ advanceMs: number }>(app, '/clock', ({ advanceMs }) => {
    clock.advance(advanceMs);
    return { now: new Date(clock.now()).toISOString() };
  });
  mailboxRoutes(app, simulator);
  faultRoutes(app, simulator);
  settingRoutes(app, simulator);
}
