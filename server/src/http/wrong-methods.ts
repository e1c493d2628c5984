import type { RouteOptions } from 'fastify';
import { createProblem, ProblemError } from '../problems.ts';
import type { HttpServer } from './services.ts';

/** Answers 405 with `Allow` (RFC 9110 §15.5.6) where only other methods than that of the request have a route. */
export function refuseWrongMethods(app: HttpServer, routes: RouteOptions[]): void {
  let known: Array<{ pattern: URLPattern; methods: string[] }> | null = null;
  app.addHook('onRequest', async ({ is404, method, url }, reply) => {
    if (!is404) return;
    known ??= routes.map((route) => ({
      pattern: new URLPattern({ pathname: route.url }),
      methods: [route.method].flat(),
    }));
    const pathname = url.replace(/\?.*/s, '');
    const found = known.filter(({ pattern }) => pattern.test({ pathname })).flatMap(({ methods }) => methods);
    if (found.length === 0) return;
    const allowed = [...new Set(found)].toSorted().join(', ');
    reply.header('allow', allowed);
    throw new ProblemError(createProblem(405, 'method-not-allowed', { method, allowed }));
  });
}
