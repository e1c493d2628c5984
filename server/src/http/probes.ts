import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { ProcessState } from '../operations/process-state.ts';

/** The paths that programs ask for the state of a process. */
export const probePaths = ['/healthz', '/readyz', '/metrics'];

/**
 * Answers `/healthz` (the process runs), `/readyz` (it takes work: Postgres answers, its migrations have run, it is not
 * stopping; 503 within a second else) and `/metrics` (the text format of Prometheus). `metrics`: `open`, or the token
 * of the header `Authorization: Bearer …`, or `off`.
 */
export function probeRoutes(
  app: Pick<FastifyInstance, 'get'>,
  processState: ProcessState,
  metrics: 'open' | 'off' | { token: string },
): void {
  const options = { config: { access: 'anyone' as const, uncounted: true as const }, schema: { hide: true } };
  app.get('/healthz', options, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  );
  app.get('/readyz', options, async (_request, reply) => {
    const reason = await processState.notReady();
    reply.header('cache-control', 'no-store');
    return reason ? reply.status(503).send({ status: 'not-ready', reason }) : reply.send({ status: 'ready' });
  });
  if (metrics === 'off') return;
  app.get('/metrics', options, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (metrics !== 'open' && !hasToken(request.headers.authorization, metrics.token))
      return reply.status(401).header('www-authenticate', 'Bearer').send({ status: 'unauthorized' });
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await processState.metrics());
  });
}

/** Compares hashes, which have the same length, in a time that tells nothing. */
function hasToken(authorization: string | undefined, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(authorization ?? ''), hash(`Bearer ${token}`));
}

/**
 * Serves the probes on a port of their own, from before the database is opened until everything has stopped. Without
 * `token` whoever reaches the port reads the metrics.
 */
export async function startProbeServer(
  { host, port, token }: { host: string; port: number; token: string | null },
  processState: ProcessState,
  log: FastifyBaseLogger,
): Promise<{ address: string; close(): Promise<void> }> {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  });
  probeRoutes(app, processState, token ? { token } : 'open');
  const address = await app.listen({ host, port });
  return { address, close: () => app.close() };
}
