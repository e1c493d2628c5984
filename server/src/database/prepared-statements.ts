import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Schema } from './generated/schema.ts';
import type { InstanceTransaction } from './instance-transaction.ts';
import { registerStatement } from './prepared-statement-client.ts';

/** Stands for a value while a query is put together. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is put together once and asked again and again with other values: putting it together
 * costs a busy process as much as asking, and Postgres keeps its plan (named.ts). `build` gets marks
 * instead of values: it hands each on as it is, and looks into none.
 */
export function prepared<Values extends Record<string, unknown>, Row>(
  build: (sql: Kysely<Schema>, values: Values) => Compilable<Row>,
): (tx: Pick<InstanceTransaction, 'sql'>, values: Values) => Promise<Row[]> {
  const placeholders = new Proxy({} as Values, { get: (_, name) => new Placeholder(String(name)) });
  let compiled: CompiledQuery<Row> | null = null;
  return async ({ sql }, values) => {
    if (!compiled) {
      compiled = build(sql, placeholders).compile();
      registerStatement(compiled.sql);
    }
    const parameters = compiled.parameters.map((value) =>
      value instanceof Placeholder ? values[value.name] : value,
    );
    const { rows } = await sql.executeQuery<Row>({ ...compiled, parameters });
    return rows;
  };
}
