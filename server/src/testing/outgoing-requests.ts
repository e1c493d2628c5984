import diagnostics from 'node:diagnostics_channel';

/** Lists the requests that this process sends to a server from now on, as `GET /path`. */
export function watchOutgoingRequests(origin: string): { sent: string[]; stop(): void } {
  const sent: string[] = [];
  // Node's own channels: those of node:http, and of fetch (https://nodejs.org/api/diagnostics_channel.html).
  const onHttp = (message: unknown) => {
    const { request } = message as {
      request: { method: string; protocol: string; host: string; path: string };
    };
    const host = (request as unknown as { getHeader(name: string): unknown }).getHeader('host');
    if (`${request.protocol}//${host}` === origin) sent.push(`${request.method} ${request.path}`);
  };
  const onFetch = (message: unknown) => {
    const { request } = message as { request: { origin: string; method: string; path: string } };
    if (String(request.origin) === origin) sent.push(`${request.method} ${request.path}`);
  };
  diagnostics.subscribe('http.client.request.start', onHttp);
  diagnostics.subscribe('undici:request:create', onFetch);
  return {
    sent,
    stop() {
      diagnostics.unsubscribe('http.client.request.start', onHttp);
      diagnostics.unsubscribe('undici:request:create', onFetch);
    },
  };
}
