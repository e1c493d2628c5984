import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { Heartbeat } from '../database/heartbeat.ts';
import { createProblem } from '../problems.ts';
import { sendProblem } from './problem-documents.ts';
import type { HttpServer } from './services.ts';

const webDist = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/** Paths that load balancers and monitoring ask: what this server does not know of them is no page. */
const isProbe =
  /^\/(-\/)?(_?health(z|y|check|-check)?|livez?|liveness|readyz?|readiness|alive|up|ping|statusz?|metrics|heartbeat|actuator)(\/(health|live|liveness|ready|readiness)?)?(\?.*)?$/i;

/**
 * Serves the built web page for every path that is nothing else and no probe. Its files are sent as the build compressed
 * them (brotli, gzip), by the Accept-Encoding of the request.
 */
export async function serveWebPage(
  app: HttpServer,
  { root = webDist, heartbeat }: { root?: string; heartbeat?: Heartbeat } = {},
): Promise<void> {
  const built = existsSync(root);
  if (built) {
    await app.register(fastifyStatic, { root, serve: false, cacheControl: false, preCompressed: true });
    const files = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of files) {
      if (/[.](br|gz)$/.test(name) || name === 'index.html') continue;
      app.get(
        `/${name}`,
        { config: { access: 'anyone', uncounted: true }, schema: { hide: true } },
        (_request, reply) => reply.header('cache-control', 'no-cache').sendFile(name),
      );
    }
    // Vite puts a hash of the content into these names.
    app.get(
      '/assets/*',
      { config: { access: 'anyone', uncounted: true }, schema: { hide: true } },
      (request, reply) =>
        reply
          .header('cache-control', 'public, max-age=31536000, immutable')
          .sendFile(`assets/${(request.params as { '*': string })['*']}`),
    );
  }
  app.setNotFoundHandler((request, reply) => {
    const wantsPage =
      ['GET', 'HEAD'].includes(request.method) &&
      !/^\/(api|assets|oauth|google|unsubscribe)(\/|$)/.test(request.url) &&
      !isProbe.test(request.url);
    // The page itself says that the database is away, and tries again. A program would take its 200 for health.
    const acceptsPage = /text\/html/.test(request.headers.accept ?? '');
    if (wantsPage && !acceptsPage && heartbeat?.awaySince != null)
      return sendProblem(reply, createProblem(503, 'database-away'));
    if (wantsPage && built) return sendPage(reply, readFileSync(path.join(root, 'index.html'), 'utf8'));
    // A file missing now may exist after the next build.
    reply.header('cache-control', 'no-store');
    return sendProblem(reply, createProblem(404, wantsPage ? 'page-not-built' : 'not-found'));
  });
}

/**
 * Sends the page with a nonce for its style elements (CSP Level 3, section 6.7.2.3): those of Mantine, the editors and
 * the messages' frames, which are under the policy of the page as well. Style attributes stay allowed.
 */
function sendPage(reply: FastifyReply, html: string): FastifyReply {
  const nonce = randomBytes(18).toString('base64');
  const policy = `${reply.getHeader('content-security-policy')};style-src-elem 'self' 'nonce-${nonce}'`;
  return (
    reply
      .header('content-security-policy', policy)
      // A stored page would come with the nonce of another response.
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html.replace('__CSP_NONCE__', nonce))
  );
}
