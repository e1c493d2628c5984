import type { HttpServer } from './services.ts';

/**
 * Lets requests under way finish when the server closes: each connection closes after its response, and those
 * that are left after `stopMs` are cut. Without it Node keeps a connection that was in use open for its
 * keep-alive time. Once the process is stopping, before the server closes, each response closes its connection
 * too: a proxy keeps none that ends while a request is on its way (RFC 9112 §9.6).
 */
export function stopGracefully(
  app: HttpServer,
  { stopMs, isStopping = () => false }: { stopMs: number; isStopping?: () => boolean },
): void {
  let stopping = false;
  let deadline: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    stopping = true;
    deadline = setTimeout(() => app.server.closeAllConnections(), stopMs);
  });
  app.addHook('onSend', async (_request, reply) => {
    if (isStopping()) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async () => {
    // A connection counts as idle only after this event.
    if (stopping) setImmediate(() => app.server.closeIdleConnections());
  });
  app.addHook('onClose', async () => clearTimeout(deadline));
}
