import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { createProblem } from '../problems.ts';
import { sendProblem } from './problem-documents.ts';
import type { HttpServer } from './services.ts';

const webDist = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

/**
 * Serves the built web page for every path that is nothing else. Its files are sent as the build compressed
 * them (brotli, gzip), by the Accept-Encoding of the request.
 */
export async function serveWebPage(app: HttpServer, root = webDist): Promise<void> {
  const built = existsSync(root);
  if (built) {
    await app.register(fastifyStatic, { root, serve: false, cacheControl: false, preCompressed: true });
    const files = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of files) {
      if (/[.](br|gz)$/.test(name)) continue;
      app.get(`/${name}`, { config: { access: 'anyone' }, schema: { hide: true } }, (_request, reply) =>
        reply.header('cache-control', 'no-cache').sendFile(name),
      );
    }
    // Vite puts a hash of the content into these names.
    app.get('/assets/*', { config: { access: 'anyone' }, schema: { hide: true } }, (request, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .sendFile(`assets/${(request.params as { '*': string })['*']}`),
    );
  }
  app.setNotFoundHandler((request, reply) => {
    const wantsPage =
      request.method === 'GET' && !/^\/(api|assets|oauth|google|unsubscribe)(\/|$)/.test(request.url);
    if (wantsPage && built) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    // A file missing now may exist after the next build.
    reply.header('cache-control', 'no-store');
    return sendProblem(reply, createProblem(404, wantsPage ? 'page-not-built' : 'not-found'));
  });
}
