import { createHash } from 'node:crypto';
import {
  CamelCasePlugin,
  type Compilable,
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely';
import pg from 'pg';
import type { Schema } from './generated/schema.ts';
import { type SentStatement, StatementsTogether } from './statements-together.ts';

/** How columns are named: `camelCase` in the code, `snake_case` in Postgres. */
export const columnNames = () => new CamelCasePlugin({ maintainNestedObjectKeys: true });

/** Compiles and never connects. */
const compiler = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [columnNames()],
});

/** The names of prepared statements by their SQL text. */
const statementNames = new Map<string, string>();

/** Represents a value while a query is compiled. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A statement of `prepared` with its values, for `runTogether`. */
export type Statement<Row = unknown> = SentStatement & { readonly row?: Row };

export type Prepared<Values, Row> = {
  (tx: { sql: Kysely<Schema> }, values: Values): Promise<Row[]>;
  with(values: Values): Statement<Row>;
};

/**
 * A query that is compiled once and run many times with other values: compiling costs the process as much
 * as running, and planning a join of many tables costs Postgres more. Postgres keeps the plan on each
 * connection, so use it only for few queries whose text does not change. `build` gets placeholders instead
 * of values: it passes them on and must not read them.
 */
export function prepared<Values extends Record<string, unknown>, Row>(
  build: (sql: Kysely<Schema>, values: Values) => Compilable<Row> | RawBuilder<Row>,
): Prepared<Values, Row> {
  const placeholders = new Proxy({} as Values, { get: (_, name) => new Placeholder(String(name)) });
  let compiled: CompiledQuery<Row> | null = null;
  const bind = (values: Values): CompiledQuery<Row> => {
    if (!compiled) {
      compiled = build(compiler, placeholders).compile(compiler) as CompiledQuery<Row>;
      nameStatement(compiled.sql);
    }
    const parameters = compiled.parameters.map((value) =>
      value instanceof Placeholder ? values[value.name] : value,
    );
    return { ...compiled, parameters };
  };
  const run = async ({ sql }: { sql: Kysely<Schema> }, values: Values) =>
    (await sql.executeQuery<Row>(bind(values))).rows;
  return Object.assign(run, {
    with(values: Values): Statement<Row> {
      const { sql: text, parameters } = bind(values);
      return { text, values: parameters };
    },
  });
}

/** Has the plan of a text kept on each connection that runs it. */
export function nameStatement(text: string): string {
  statementNames.set(text, createHash('sha256').update(text).digest('base64url'));
  return text;
}

/** The rows of each of some statements. */
export type RowsOf<Statements extends readonly Statement[]> = {
  -readonly [At in keyof Statements]: Statements[At] extends Statement<infer Row> ? Row[] : never;
};

/**
 * The statements after it in the transaction are planned once on each connection, and not first five times with their
 * values (https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE). The plans use indexes
 * however few rows the tables have: one that reads a small table from end to end would be kept while it grows. For
 * transactions that find everything by keys: others need plans for their values. Without `jit`, as a table that has to be
 * read whole counts as expensive then.
 */
export const planOnce: Statement = {
  text: nameStatement(
    `select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
       set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('jit', 'off', true)`,
  ),
  values: [],
};

const namesOfResults = columnNames();
/** Texts that DatabaseClient does not send: what it does instead. */
const together = 'together';
const withTheNext = 'with the next';

/**
 * Runs statements in one round trip, in their order; each sees what those before it wrote. If one fails, none after it
 * runs. Returns the rows of each.
 */
export async function runTogether<const Statements extends readonly Statement[]>(
  { sql }: { sql: Kysely<Schema> },
  statements: Statements,
): Promise<RowsOf<Statements>> {
  const query = CompiledQuery.raw(together, [statements]);
  const { rows: results } = await sql.withoutPlugins().executeQuery<pg.QueryResult>(query);
  const all = results.map(async ({ rows }) => {
    const result = { queryId: query.queryId, result: { rows } };
    return (await namesOfResults.transformResult(result)).rows;
  });
  return (await Promise.all(all)) as RowsOf<Statements>;
}

/**
 * Has statements sent with the next query of this connection, in its round trip; not at all if that is a rollback. If
 * one fails, the query fails.
 */
export async function sendWithTheNext(
  { sql }: { sql: Kysely<Schema> },
  statements: Statement[],
): Promise<void> {
  await sql.withoutPlugins().executeQuery(CompiledQuery.raw(withTheNext, [statements]));
}

/** How long a connection may take to be opened (ms). */
const connectionTimeoutMillis = 10_000;

/** A connection to Postgres, which sends statements together. */
export class DatabaseClient extends pg.Client {
  /** What the next query begins with. */
  private first: Statement[] = [];

  constructor(config?: string | pg.ClientConfig) {
    // Of a pool without a time limit, its calls may wait for a connection, but no connection for Postgres.
    super(typeof config === 'object' ? { connectionTimeoutMillis, ...config } : config);
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    const query = (text: unknown, values: unknown, ...rest: unknown[]) => {
      if (typeof text !== 'string' || !Array.isArray(values)) return send(text, values, ...rest);
      if (text === withTheNext) {
        this.first = values[0];
        return Promise.resolve({ rows: [] });
      }
      const first = this.first;
      this.first = [];
      if (text === together) return this.sendTogether([...first, ...values[0]], first.length);
      // pg's own query has each statement described again. A pool's has a callback.
      const isKept = rest.length === 0 && this.nameOf(text) !== undefined;
      if (first.length > 0 || isKept) return this.sendAfter(first, { text, values });
      return send(text, values, ...rest);
    };
    this.query = query as typeof this.query;
  }

  /** The name under which Postgres keeps the plan of a text on this connection. */
  protected nameOf(_text: string): string | undefined {
    return undefined;
  }

  /** Resolves to the results as rows, without those of the first `unwanted`. */
  private async sendTogether(statements: Statement[], unwanted = 0): Promise<{ rows: pg.QueryResult[] }> {
    const named = statements.map((statement) => ({ ...statement, name: this.nameOf(statement.text) }));
    const sent = new StatementsTogether(named, this);
    const rows = await new Promise<pg.QueryResult[]>((resolve, reject) => {
      sent.callback = (error, results) => (error ? reject(error) : resolve(results!));
      this.query(sent as unknown as pg.Submittable);
    });
    return { rows: rows.slice(unwanted) };
  }

  private async sendAfter(first: Statement[], statement: Statement): Promise<Partial<pg.QueryResult>> {
    if (statement.text === 'rollback') return { rows: [] };
    const { rows } = await this.sendTogether([...first, statement], first.length);
    return rows[0]!;
  }
}

/** Runs the texts of `prepared` as named prepared statements (Parse of the extended query protocol). */
export class PreparedStatementClient extends DatabaseClient {
  protected override nameOf(text: string): string | undefined {
    return statementNames.get(text);
  }
}
