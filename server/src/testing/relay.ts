import { connect, createServer, type Socket } from 'node:net';
import type { Connection } from '../database/connect.ts';

/** A TCP relay to a Postgres, to make it go away or to move its address to another one. */
export async function openRelay(target: Connection) {
  const sockets = new Set<Socket>();
  let current = target;
  let hanging = false;
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) return client.destroy();
    const postgres = connectToPostgres(current);
    for (const [socket, other] of [
      [client, postgres],
      [postgres, client],
    ] as const) {
      sockets.add(socket);
      if (hanging) socket.pause();
      else socket.resume();
      socket.on('data', (chunk) => other.write(chunk));
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    /** The same database, reached through the relay. */
    through({ connectionString, ...rest }: Connection): Connection {
      const { port } = server.address() as { port: number };
      if (!connectionString) return { ...rest, host: '127.0.0.1', port };
      const url = new URL(connectionString);
      url.host = `127.0.0.1:${port}`;
      return { connectionString: url.href };
    },
    /** Accepts connections, but passes nothing on, as a network that drops packets. */
    hang() {
      hanging = true;
      for (const socket of sockets) socket.pause();
    },
    /** Cuts all connections and accepts none, as a Postgres that was stopped. */
    cut() {
      refusing = true;
      for (const socket of sockets) socket.destroy();
    },
    /** New connections go to another Postgres, as when its address moves. */
    moveTo(other: Connection) {
      current = other;
    },
    restore() {
      hanging = false;
      refusing = false;
      for (const socket of sockets) socket.resume();
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function connectToPostgres({ connectionString, host = 'localhost', port = 5432 }: Connection): Socket {
  if (connectionString) {
    const url = new URL(connectionString);
    return connect(Number(url.port || 5432), url.hostname);
  }
  return host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
}
