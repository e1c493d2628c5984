import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 50;

export type ReadyProxy = Awaited<ReturnType<typeof startReadyProxy>>;

/**
 * A small reverse proxy, as an operator's is: it keeps connections to its servers open, asks each for `/readyz`, and
 * sends requests in turn to those that are ready. A response that a server cuts short is cut short for the client.
 * `port`: 0 for a free one.
 */
export async function startReadyProxy(port = 0) {
  const servers = new Map<string, { ready: boolean; agent: http.Agent }>();
  let turn = 0;
  const stopping = new AbortController();

  async function watch(address: string, server: { ready: boolean }): Promise<void> {
    while (servers.get(address) === server && !stopping.signal.aborted) {
      const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => null,
      );
      server.ready = answer?.ok ?? false;
      await answer?.body?.cancel();
      await sleep(everyMs);
    }
  }

  const proxy = http.createServer((request, response) => {
    const ready = [...servers].filter(([, server]) => server.ready);
    const chosen = ready[turn++ % ready.length];
    if (!chosen) {
      response.writeHead(503, { 'retry-after': '1' }).end('No server is ready');
      return;
    }
    const [address, { agent }] = chosen;
    const { hostname, port: to } = new URL(address);
    const { method, url: path, headers } = request;
    const passed = http.request({ hostname, port: to, method, path, headers, agent }, (answer) => {
      const { connection: _connection, ...others } = answer.headers;
      response.writeHead(answer.statusCode!, others);
      answer.on('error', () => response.destroy()).on('aborted', () => response.destroy());
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    request.pipe(passed);
  });
  proxy.listen(port, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  return {
    address: `http://127.0.0.1:${(proxy.address() as { port: number }).port}`,
    /** Resolves when the server is ready. */
    async add(address: string): Promise<void> {
      const server = { ready: false, agent: new http.Agent({ keepAlive: true }) };
      servers.set(address, server);
      void watch(address, server);
      while (!server.ready && servers.get(address) === server) await sleep(everyMs);
    },
    remove(address: string): void {
      servers.get(address)?.agent.destroy();
      servers.delete(address);
    },
    async close(): Promise<void> {
      stopping.abort();
      for (const { agent } of servers.values()) agent.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
