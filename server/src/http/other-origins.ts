import type { FastifyInstance } from 'fastify';
import { createProblem, ProblemError } from '../problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Other sites may call it: it is authorized by something else than the cookie of a session. */
    otherOrigins?: true;
  }
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests that change something and that a browser sends for a page of another site (cross-site
 * request forgery). A browser says where they come from in Sec-Fetch-Site (W3C Fetch Metadata), an old one, or
 * over plain HTTP, in Origin; a program sends neither. `url`: the address people open.
 */
export function refuseOtherOrigins(app: FastifyInstance, url: string): void {
  const own = new URL(url).origin;
  app.addHook('onRequest', async ({ method, headers, routeOptions }) => {
    if (safeMethods.has(method) || routeOptions.config.otherOrigins) return;
    const site = headers['sec-fetch-site'];
    if (site === 'same-origin' || site === 'none') return;
    if (!site && (!headers.origin || headers.origin === own)) return;
    throw new ProblemError(createProblem(403, 'other-origin', { url }));
  });
}
