import { connect, type Socket } from 'node:net';
import { monotonicMs } from './live-traffic.ts';

// A process that holds live streams, so that reading them does not delay the bench. It reads the bytes as they come;
// with `looks` it also looks for messages in them.

export type ListenerRequest = { url: string; path: string; cookies: string[]; looks: boolean } | 'stop';
/** `seen`: when each message's event came, by stream, in ms of the system's monotonic clock. */
export type ListenerAnswer =
  | { opened: number }
  | { seen: Array<[messageId: string, ms: number]>; lost: number };

if (process.send && process.argv[1]?.endsWith('stream-listeners.ts')) listen();

function listen(): void {
  const sockets: Socket[] = [];
  const seen: Array<[string, number]> = [];
  let lost = 0;
  const answer = (message: ListenerAnswer) => process.send!(message);

  const open = ({ url, path, cookie, looks }: { url: URL; path: string; cookie: string; looks: boolean }) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname);
      sockets.push(socket);
      socket.on('error', reject);
      socket.on('close', () => {
        lost += 1;
      });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\nCookie: ${cookie}\r\n\r\n`);
      socket.once('data', (first) => {
        if (!String(first).startsWith('HTTP/1.1 200')) return reject(new Error(String(first).slice(0, 300)));
        resolve();
        socket.on('data', (chunk) => {
          if (!looks) return;
          const now = monotonicMs();
          for (const [, messageId] of String(chunk).matchAll(/"message\.stored".*?"messageId":"([^"]+)"/g))
            seen.push([messageId!, now]);
        });
      });
    });

  process.on('message', async (request: ListenerRequest) => {
    if (request === 'stop') {
      answer({ seen: seen.splice(0), lost });
      for (const socket of sockets.splice(0)) socket.removeAllListeners('close').destroy();
      lost = 0;
      return;
    }
    const { url, cookies, ...target } = request;
    // As many at once as connections wait for a listening server.
    for (let from = 0; from < cookies.length; from += 100) {
      const some = cookies.slice(from, from + 100);
      await Promise.all(some.map((cookie) => open({ url: new URL(url), cookie, ...target })));
    }
    answer({ opened: cookies.length });
  });
}
