import { connect, type Socket } from 'node:net';

// A process that holds many live streams, so that reading them does not delay the bench. It reads the bytes as they
// come and looks for messages in at most twenty streams, the first and the last opened among them.

const looked = 20;

export type ListenerRequest = { url: string; path: string; cookies: string[] } | 'stop';
/** `seen`: when each message's event came, by stream, in ms of the system's monotonic clock. */
export type ListenerAnswer =
  | { opened: number }
  | { seen: Array<[messageId: string, ms: number]>; lost: number };

export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

if (process.send && process.argv[1]?.endsWith('stream-listeners.ts')) listen();

function listen(): void {
  const sockets: Socket[] = [];
  const seen: Array<[string, number]> = [];
  let lost = 0;
  const answer = (message: ListenerAnswer) => process.send!(message);

  const open = (target: { url: URL; path: string; cookie: string }, isLooked: boolean) =>
    new Promise<void>((resolve, reject) => {
      const { url, path, cookie } = target;
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
          if (!isLooked) return;
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
    const { url, path, cookies } = request;
    const step = Math.max(1, (cookies.length - 1) / (looked - 1));
    const chosen = new Set(
      Array.from({ length: Math.min(looked, cookies.length) }, (_, at) => Math.floor(at * step)),
    );
    // As many at once as connections wait for a listening server.
    for (let from = 0; from < cookies.length; from += 100) {
      const some = cookies.slice(from, from + 100);
      await Promise.all(
        some.map((cookie, at) => open({ url: new URL(url), path, cookie }, chosen.has(from + at))),
      );
    }
    answer({ opened: cookies.length });
  });
}
