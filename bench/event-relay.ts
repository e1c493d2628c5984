import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(import.meta.url);

if (process.send && process.argv[1] === file) {
  process.on('disconnect', () => process.exit());
  process.on('message', (request: { url: string; cookie: string }) => void relay(request));
}

/** Passes each part of the stream on as it comes, with the headers of the server's streams. */
async function relay({ url, cookie }: { url: string; cookie: string }): Promise<void> {
  const followers = new Set<ServerResponse>();
  const server = createServer((_, out) => {
    out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    out.write(': open\n\n');
    followers.add(out);
    out.on('close', () => followers.delete(out));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  get(url, { headers: { cookie }, agent: false }, (stream) => {
    stream.on('data', (part) => {
      for (const out of followers) out.write(part);
    });
    process.send!((server.address() as AddressInfo).port);
  });
}

/**
 * A process with nothing but Node's HTTP server, which reads one live stream and writes it to all who ask it: what
 * writing and reading many streams costs beside the same mail, whatever the server does.
 */
export function startEventRelay() {
  const child = fork(file);
  return {
    /** Returns its address, once it reads the stream at `url`. */
    async begin(url: string, cookie: string): Promise<string> {
      child.send({ url, cookie });
      const [port] = (await once(child, 'message')) as [number];
      return `http://127.0.0.1:${port}`;
    },
    stop: () => void child.kill(),
  };
}
