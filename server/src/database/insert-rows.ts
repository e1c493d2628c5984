import { type RawBuilder, sql } from 'kysely';
import type { Schema } from './generated/schema.ts';
import { prepared, type Statement } from './prepared-statements.ts';

/** A row for Postgres's JSON: what `Insertable` has, but JSON as it is. Bytes go elsewhere. */
type Row<Column extends string> = { [Name in Column]: unknown };

/**
 * A statement that inserts any number of rows, with one text for all numbers of them. Its values are one JSON document,
 * which Postgres reads by the types of the table (json_populate_recordset). `after`: such as `on conflict do nothing`.
 * Every column named is written, null where a row has null.
 */
export function insertRows<Table extends keyof Schema & string, Column extends keyof Schema[Table] & string>(
  table: Table,
  columns: readonly Column[],
  after: RawBuilder<unknown> = sql``,
): (rows: ReadonlyArray<Row<Column>>) => Statement {
  const names = columns.map((column) => [column, snakeCase(column)] as const);
  const listed = sql.join(names.map(([, name]) => sql.id(name)));
  const insert = prepared(
    (_, { rows }: { rows: string }) => sql`
      insert into ${sql.table(snakeCase(table))} (${listed})
      select ${listed} from json_populate_recordset(null::${sql.table(snakeCase(table))}, ${rows}::json) ${after}`,
  );
  return (rows) => {
    const written = rows.map((row) => Object.fromEntries(names.map(([column, name]) => [name, row[column]])));
    return insert.with({ rows: JSON.stringify(written) });
  };
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
