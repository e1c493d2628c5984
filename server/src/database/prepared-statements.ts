import { createHash } from 'node:crypto';
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import pg from 'pg';
import type { Schema } from './generated/schema.ts';

/** The names of prepared statements by their SQL text. */
const statementNames = new Map<string, string>();

/** Represents a value while a query is compiled. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is compiled once and run many times with other values: compiling costs the process as much
 * as running, and planning a join of many tables costs Postgres more. Postgres keeps the plan on each
 * connection, so use it only for few queries whose text does not change. `build` gets placeholders instead
 * of values: it passes them on and must not read them.
 */
export function prepared<Values extends Record<string, unknown>, Row>(
  build: (sql: Kysely<Schema>, values: Values) => Compilable<Row>,
): (tx: { sql: Kysely<Schema> }, values: Values) => Promise<Row[]> {
  const placeholders = new Proxy({} as Values, { get: (_, name) => new Placeholder(String(name)) });
  let compiled: CompiledQuery<Row> | null = null;
  return async ({ sql }, values) => {
    if (!compiled) {
      compiled = build(sql, placeholders).compile();
      statementNames.set(compiled.sql, createHash('sha256').update(compiled.sql).digest('base64url'));
    }
    const parameters = compiled.parameters.map((value) =>
      value instanceof Placeholder ? values[value.name] : value,
    );
    const { rows } = await sql.executeQuery<Row>({ ...compiled, parameters });
    return rows;
  };
}

/** How long a connection may take to be opened (ms). */
const connectionTimeoutMillis = 10_000;

/** A connection to Postgres. */
export class DatabaseClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    // Of a pool without a time limit, its calls may wait for a connection, but no connection for Postgres.
    super(typeof config === 'object' ? { connectionTimeoutMillis, ...config } : config);
  }
}

/** Runs the texts of `prepared` as named prepared statements (Parse of the extended query protocol). */
export class PreparedStatementClient extends DatabaseClient {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const originalQuery = this.query.bind(this) as (...args: unknown[]) => unknown;
    const namedQuery = (text: unknown, values: unknown, ...rest: unknown[]) => {
      const name = typeof text === 'string' && Array.isArray(values) ? statementNames.get(text) : undefined;
      return name ? originalQuery({ name, text, values }, ...rest) : originalQuery(text, values, ...rest);
    };
    this.query = namedQuery as typeof this.query;
  }
}
