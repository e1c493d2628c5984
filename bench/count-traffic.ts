import { connect, createServer, type Socket } from 'node:net';

/** What went to Postgres. A round trip ends when Postgres is ready for the next query. */
export type Traffic = { roundTrips: number; statements: number; transactions: number; texts: number };

/**
 * Listens on loopback, passes everything on to Postgres's socket and counts the messages of the protocol
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html). `texts`: how many different statements were
 * sent, not counting the values written into them.
 */
export async function countTraffic(socketDirectory: string) {
  let roundTrips = 0;
  let statements = 0;
  let transactions = 0;
  const texts = new Set<string>();
  const sockets = new Set<Socket>();

  const fromClient = (type: string, body: Buffer) => {
    // Of Parse, the name of the statement comes first.
    if (type === 'P') texts.add(textAt(body, body.indexOf(0) + 1));
    if (type === 'Q') texts.add(textAt(body, 0));
  };
  const fromPostgres = () => {
    let wasInTransaction = false;
    let ran = false;
    return (type: string, body: Buffer) => {
      if (type === 'C') {
        statements += 1;
        ran = true;
      }
      if (type !== 'Z') return;
      roundTrips += 1;
      const isInTransaction = body.toString('latin1') !== 'I';
      if (!isInTransaction && (ran || wasInTransaction)) transactions += 1;
      wasInTransaction = isInTransaction;
      ran = false;
    };
  };

  const server = createServer((client) => {
    const postgres = connect(`${socketDirectory}/.s.PGSQL.5432`);
    forward(client, postgres, readMessages(fromClient, { startsUntyped: true }), sockets);
    forward(postgres, client, readMessages(fromPostgres(), { startsUntyped: false }), sockets);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  return {
    port: (server.address() as { port: number }).port,
    counts: (): Traffic => ({ roundTrips, statements, transactions, texts: texts.size }),
    texts: () => [...texts],
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function forward(from: Socket, to: Socket, read: (chunk: Buffer) => void, sockets: Set<Socket>): void {
  sockets.add(from);
  from.on('data', (chunk) => {
    read(chunk);
    to.write(chunk);
  });
  from.on('error', () => to.destroy());
  from.on('close', () => {
    sockets.delete(from);
    to.end();
  });
}

/** Calls `onMessage` for each message; of a long one, with its beginning only. */
function readMessages(
  onMessage: (type: string, body: Buffer) => void,
  { startsUntyped }: { startsUntyped: boolean },
): (chunk: Buffer) => void {
  const keptBytes = 20_000;
  let isTyped = !startsUntyped;
  let held: Buffer = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    held = Buffer.concat([held, chunk.subarray(skipped)]);
    for (;;) {
      const head = isTyped ? 5 : 4;
      if (held.length < head) return;
      const length = held.readUInt32BE(head - 4) - 4;
      if (held.length < head + Math.min(length, keptBytes)) return;
      if (isTyped) onMessage(held.toString('latin1', 0, 1), held.subarray(head, head + length));
      isTyped = true;
      skip = Math.max(0, head + length - held.length);
      held = held.subarray(Math.min(head + length, held.length));
    }
  };
}

/** A statement's text without the values written into it. */
function textAt(body: Buffer, start: number): string {
  const end = body.indexOf(0, start);
  return body.toString('utf8', start, end < 0 ? body.length : end).replace(/'(?:[^']|'')*'?/g, "''");
}
