import type { HttpServer } from './services.ts';

/**
 * Lets requests under way finish when the server closes: each connection closes after its response, and those
 * that are left after `stopMs` are cut. Without it Node keeps a connection that was in use open for its
 * keep-alive time.
 */
export function stopGracefully(app: HttpServer, stopMs: number): void {
  let stopping = false;
  let deadline: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    stopping = true;
    deadline = setTimeout(() => app.server.closeAllConnections(), stopMs);
  });
  app.addHook('onResponse', async () => {
    // A connection counts as idle only after this event.
    if (stopping) setImmediate(() => app.server.closeIdleConnections());
  });
  app.addHook('onClose', async () => clearTimeout(deadline));
}
