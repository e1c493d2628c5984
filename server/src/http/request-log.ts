import type { FastifyRequest } from 'fastify';
import { httpDuration, httpRequests } from '../metrics/metrics.ts';
import { probePaths } from './probes.ts';
import type { HttpServer } from './services.ts';

/** The route of a request that no pattern matches: a page of the web, or nothing. */
export const otherRoute = '(page)';
export const liveStreamRoute = /\/events$/;

/**
 * Logs one line for each request when its response is complete, and counts it. The line names the route by its pattern,
 * and who asked by ids: no path, no query, no network address, no content. Probes are counted and not logged.
 */
export function logRequests(app: HttpServer): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? otherRoute;
    const status = reply.raw.statusCode;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    httpRequests.inc({ route, method, status });
    if (!liveStreamRoute.test(route)) httpDuration.observe({ route, method }, ms / 1_000);
    if (probePaths.includes(route)) return;
    request.log.info({ method, route, status, ms, ...idsOf(request) }, 'request');
  });
}

function idsOf({ user, instanceId }: FastifyRequest) {
  return { ...(user && { userId: user.id }), ...(instanceId && { instanceId }) };
}
