import { ofInstance, openTrace } from '../tracing/tracing.ts';
import { probePaths } from './probes.ts';
import { liveStreamRoute, otherRoute } from './request-log.ts';
import type { HttpServer } from './services.ts';

/**
 * Makes each request a trace; with `trustTraceparent` a part of the one that its `traceparent` header names. Otherwise
 * whoever sends a request would choose whether it is recorded, and in which trace. Its span names the route by its
 * pattern. Probes and live streams, which last for hours, are not traced.
 */
export function traceRequests(app: HttpServer, trustTraceparent = false): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { method, headers } = request;
    const route = request.routeOptions.url ?? otherRoute;
    if (probePaths.includes(route) || liveStreamRoute.test(route)) return done();
    const span = openTrace({
      name: `${method} ${route}`,
      kind: 'server',
      attributes: { 'http.request.method': method, 'http.route': route },
      ...(trustTraceparent && { traceparent: headers.traceparent?.toString() }),
    });
    if (!span) return done();
    // Also where the client went away before the answer.
    reply.raw.once('close', () => {
      const { statusCode } = reply.raw;
      span.set({ 'http.response.status_code': statusCode, ...ofInstance(request.instanceId) });
      if (statusCode >= 500) span.fail(String(statusCode));
      span.end();
    });
    // Fastify keeps this context while a body arrives (its content-type parser).
    span.run(done);
  });
}
