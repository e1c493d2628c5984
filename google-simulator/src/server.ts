import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance } from 'fastify';
import { defaultClient, findClient, saveClient } from './clients.ts';
import { openClock } from './clock.ts';
import { registerControl } from './control/routes.ts';
import { registerSecurityEvents } from './control/security-events.ts';
import { registerSignInControl } from './control/sign-in.ts';
import { registerGmail } from './gmail/routes.ts';
import { isLoopback, isLoopbackHostHeader } from './loopback.ts';
import { migrations } from './migrations.ts';
import { registerPubSub } from './pubsub/routes.ts';
import { registerEventStream } from './risc/event-stream.ts';
import { seedDemo } from './seed.ts';
import { registerAuthorize } from './sign-in/authorize.ts';
import { registerConnections } from './sign-in/connections.ts';
import { registerDiscovery } from './sign-in/discovery.ts';
import { ensureSigningKey } from './sign-in/keys.ts';
import { registerToken } from './sign-in/token.ts';
import type { Simulator } from './simulator.ts';
import { openStore } from './store.ts';
import { registerWebmail } from './webmail/routes.ts';

export type StartOptions = {
  /** 0: any free port. */
  port: number;
  stateDirectory: string;
  seed: 'demo' | 'none';
  /** A loopback host; default 127.0.0.1. */
  host?: string;
};

export type RunningSimulator = {
  /** `http://127.0.0.1:PORT` */
  url: string;
  simulator: Simulator;
  /** Ends waiting requests and closes the port and the database. */
  stop(): Promise<void>;
};

/** The options or the environment do not allow a start; the message says why. */
export class StartupError extends Error {}

/** Starts the simulator. Throws StartRefused, StateInUse or the error of listening on the port. */
export async function startSimulator(options: StartOptions): Promise<RunningSimulator> {
  const host = options.host ?? '127.0.0.1';
  if (process.env.NODE_ENV === 'production') {
    throw new StartupError(
      'The Google simulator does not start with NODE_ENV=production: it lets anyone in.',
    );
  }
  if (!isLoopback(host)) {
    throw new StartupError(
      `The Google simulator listens on this machine only (127.0.0.1 or ::1), not on ${host}.`,
    );
  }
  const store = openStore(options.stateDirectory, migrations);
  const stopping = new AbortController();
  const wakeUps = new EventEmitter().setMaxListeners(0);
  const clock = openClock(store);
  const simulator: Simulator = { store, clock, origin: '', wakeUps, stopping: stopping.signal, hooks: {} };
  const app = Fastify({
    bodyLimit: 64 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2048 },
  });
  try {
    await ensureSigningKey(store);
    if (!findClient(store, defaultClient.clientId)) saveClient(store, defaultClient);
    if (options.seed === 'demo') seedDemo(store, clock);
    await registerRoutes(app, simulator, options.stateDirectory);
    await app.listen({ host, port: options.port });
  } catch (error) {
    await app.close();
    store.close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  simulator.origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url: simulator.origin,
    simulator,
    async stop() {
      stopping.abort();
      await app.close();
      store.close();
    },
  };
}

async function registerRoutes(
  app: FastifyInstance,
  simulator: Simulator,
  stateDirectory: string,
): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    if (!isLoopbackHostHeader(request.headers.host)) {
      await reply.code(403).send('The Google simulator answers requests to 127.0.0.1 or localhost only.\n');
    } else if (request.method !== 'GET' && request.headers['sec-fetch-site'] === 'cross-site') {
      await reply.code(403).send('A page elsewhere may not change anything in the Google simulator.\n');
    }
  });
  // Google treats an empty body as an empty object.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? null : JSON.parse(String(body)));
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }));
    }
  });
  await app.register(formbody, { bodyLimit: 64 * 1024 * 1024 });
  registerAuthorize(app, simulator);
  registerToken(app, simulator);
  registerDiscovery(app, simulator);
  registerConnections(app, simulator);
  await registerPubSub(app, simulator);
  registerGmail(app, simulator);
  registerControl(app, simulator, stateDirectory);
  registerSignInControl(app, simulator);
  registerSecurityEvents(app, simulator);
  await registerEventStream(app, simulator, stateDirectory);
  await registerWebmail(app, simulator);
}
