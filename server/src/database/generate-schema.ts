import { sql } from 'kysely';
import type { Deployment } from './connect.ts';

type Column = {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
  hasDefault: boolean;
  isComputed: boolean;
  /** The definition of the check constraint that lists the column's values. */
  allowedValues: string | null;
  comment: string | null;
};

/** What `connect` makes of each Postgres type. A type that is missing here fails the generation. */
const typescriptTypes: Record<string, string> = {
  bool: 'boolean',
  bytea: 'Buffer',
  int4: 'number',
  int8: 'number',
  numeric: 'string',
  text: 'string',
  _text: 'string[]',
  timestamptz: 'Date',
  tsvector: 'string',
  uuid: 'string',
  _uuid: 'string[]',
};

/**
 * The TypeScript of generated/schema.ts: a Kysely row type for each table of a migrated database, in
 * camel case, with the column's comment. A text column with a check constraint that lists its values becomes a union of them; a
 * JSON column gets its shape from `JsonColumns` in column-types.ts.
 */
export async function generateSchema(deployment: Deployment): Promise<string> {
  const tables = Map.groupBy(await readColumns(deployment), ({ table }) => table);
  const types = [...tables].map(
    ([table, columns]) => `  ${camelCase(table)}: {\n${columns.map(propertyOf).join('')}  };\n`,
  );
  return `// Written by npm run database-types from the migrations. Do not edit.
import type { Generated, GeneratedAlways } from 'kysely';
import type { Json, JsonColumns, JsonWithDefault } from '../column-types.ts';

export type Schema = {
${types.join('')}};
`;
}

async function readColumns(deployment: Deployment): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select c.relname as "table", a.attname as name, t.typname as type, not a.attnotnull as nullable,
      a.atthasdef or a.attidentity <> '' as "hasDefault", a.attgenerated <> '' as "isComputed",
      col_description(c.oid, a.attnum) as comment,
      (select pg_get_constraintdef(k.oid) from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
          and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[''%') as "allowedValues"
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and c.relname not like 'schema_migration%'
    order by c.relname, a.attnum
  `.execute(deployment.sql.withoutPlugins());
  return rows;
}

function propertyOf(column: Column): string {
  const type = column.type === 'jsonb' ? jsonTypeOf(column) : plainTypeOf(column);
  const comment = column.comment ? `    /** ${column.comment} */\n` : '';
  return `${comment}    ${camelCase(column.name)}: ${type};\n`;
}

function jsonTypeOf({ table, name, nullable, hasDefault }: Column): string {
  const shape = `JsonColumns['${camelCase(table)}']['${camelCase(name)}']`;
  return `${hasDefault ? 'JsonWithDefault' : 'Json'}<${shape}>${nullable ? ' | null' : ''}`;
}

function plainTypeOf({ table, name, type, nullable, hasDefault, isComputed, allowedValues }: Column): string {
  const known = unionOf(allowedValues) ?? typescriptTypes[type];
  if (!known) throw new Error(`${table}.${name}: no TypeScript type is known for ${type}`);
  const value = nullable && !isComputed ? `${known} | null` : known;
  if (isComputed) return `GeneratedAlways<${value}>`;
  return hasDefault ? `Generated<${value}>` : value;
}

/** `CHECK ((state = ANY (ARRAY['open'::text, 'done'::text])))` as `'open' | 'done'`. */
function unionOf(constraint: string | null): string | null {
  const values = constraint?.match(/'[^']*'(?=::text)/g);
  return values ? values.join(' | ') : null;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
