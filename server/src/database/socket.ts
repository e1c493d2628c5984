import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** The socket of a client, which pg's types do not name. `end` of the client would wait for Postgres. */
export function streamOf(client: pg.Client): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream;
}
