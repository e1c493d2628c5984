import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';

type Column = { name: string; type: string; required: boolean; allowed: string | null };
type ForeignKey = { name: string; columns: string[]; parent: string; parentColumns: string[] };
type Table = { name: string; columns: Column[]; foreignKeys: ForeignKey[] };
type Row = Record<string, unknown>;

/**
 * Gives every table with an `instance_id` a row of this instance, and one for each of its foreign keys, as the
 * schema says: a table that a migration adds is filled too. Texts contain `marker`. Throws the name of a table or
 * foreign key that it finds no valid row for.
 */
export async function fillEveryTable(
  { pool }: Deployment,
  { instanceId, userId, marker }: { instanceId: string; userId: string; marker: string },
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(
      `insert into session (id, user_id, token, expires_at, updated_at) values ($1, $2, $3, now() + interval '1 day', now())`,
      [uuid(), userId, uuid()],
    );
    for (const table of parentsFirst(await readTables(client))) {
      // A row may be valid only with one of the other keys, so keys that fail at first are looked at again.
      const keys = table.foreignKeys.map(({ columns }) => columns);
      const unfilled: string[][] = [];
      for (const used of [...keys, []]) {
        if (await hasRow(client, table, instanceId, used)) continue;
        const row = { instanceId, userId, marker, used };
        await insertRow(client, table, row).catch(() => unfilled.push(used));
      }
      for (const used of unfilled) {
        if (await hasRow(client, table, instanceId, used)) continue;
        await insertRow(client, table, { instanceId, userId, marker, used });
      }
    }
  } finally {
    client.release();
  }
}

/** The tables with an `instance_id`. */
export async function instanceTables(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'instance_id' order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function readTables(client: PoolClient): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select c.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
          'required', a.attnotnull and not a.atthasdef,
          'allowed', (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid
            and k.contype = 'c' and k.conkey = array[a.attnum]
            and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[''%'))
          order by a.attnum)
        from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
          and a.attidentity = '') as columns,
      (select coalesce(json_agg(json_build_object('name', k.conname, 'parent', k.confrelid::regclass::text,
          'columns', (select json_agg(a.attname order by n) from unnest(k.conkey) with ordinality as u (att, n)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.att),
          'parentColumns', (select json_agg(a.attname order by n) from unnest(k.confkey) with ordinality as u (att, n)
            join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.att))), '[]')
        from pg_constraint k where k.conrelid = c.oid and k.contype = 'f') as "foreignKeys"
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'instance_id')
    order by 1`);
  return rows;
}

function parentsFirst(tables: Table[]): Table[] {
  const sorted: Table[] = [];
  const visit = (table: Table) => {
    if (sorted.includes(table)) return;
    for (const { parent } of table.foreignKeys) {
      const next = tables.find(({ name }) => name === parent);
      if (next && next !== table) visit(next);
    }
    sorted.push(table);
  };
  for (const table of tables) visit(table);
  return sorted;
}

/** Whether the instance has a row in which all these columns have values. */
async function hasRow(client: PoolClient, table: Table, instanceId: string, columns: string[]) {
  const set = columns.map((column) => ` and "${column}" is not null`).join('');
  const { rowCount } = await client.query(
    `select from "${table.name}" where instance_id = $1${set} limit 1`,
    [instanceId],
  );
  return rowCount === 1;
}

/** Inserts a row with a value in the columns `used`: with as many others as the table's checks allow. */
async function insertRow(
  client: PoolClient,
  table: Table,
  options: { instanceId: string; userId: string; marker: string; used: string[] },
): Promise<void> {
  const { used } = options;
  const isKey = (name: string) => table.foreignKeys.some(({ columns }) => columns.includes(name));
  const attempts: Array<(column: Column) => boolean> = [
    () => true,
    ({ name, required }) => required || isKey(name),
    ({ name, required }) => required || used.includes(name) || !isKey(name),
    ({ name, required }) => required || used.includes(name),
  ];
  const failures: string[] = [];
  for (const includes of attempts) {
    const row = await makeRow(client, table, table.columns.filter(includes), options);
    const columns = Object.keys(row).map((name) => `"${name}"`);
    const places = columns.map((_, index) => `$${index + 1}`);
    try {
      await client.query(
        `insert into "${table.name}" (${columns.join(', ')}) values (${places.join(', ')})`,
        Object.values(row),
      );
      return;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(`No row of ${table.name} with (${used.join(', ')}) is valid: ${failures.join('; ')}`);
}

async function makeRow(
  client: PoolClient,
  table: Table,
  columns: Column[],
  { instanceId, userId, marker }: { instanceId: string; userId: string; marker: string },
): Promise<Row> {
  const names = new Set(columns.map(({ name }) => name));
  const row: Row = {};
  for (const column of columns) row[column.name] = exampleOf(column, marker);
  for (const { columns: own, parent, parentColumns } of table.foreignKeys) {
    if (!own.every((name) => names.has(name))) continue;
    // Those of no instance are found by the user.
    const key = { users: 'id', session: 'user_id', instance: 'id' }[parent] ?? 'instance_id';
    const { rows } = await client.query<Row>(`select * from "${parent}" where "${key}" = $1 limit 1`, [
      parent === 'users' || parent === 'session' ? userId : instanceId,
    ]);
    own.forEach((name, index) => {
      row[name] = rows[0]?.[parentColumns[index]!] ?? null;
    });
  }
  row.instance_id = instanceId;
  return row;
}

function exampleOf({ name, type, allowed }: Column, marker: string): unknown {
  if (allowed) return /ARRAY\['((?:[^']|'')*)'/.exec(allowed)![1];
  switch (type) {
    case 'uuid':
      return uuid();
    case 'text':
      return `${marker}-${randomBytes(4).toString('hex')}`;
    case 'text[]':
      return [marker];
    case 'uuid[]':
      return [uuid()];
    case 'bytea':
      return name === 'sha256' ? randomBytes(32) : Buffer.from(marker);
    case 'boolean':
      return true;
    case 'integer':
    case 'bigint':
    case 'numeric':
      return 1;
    case 'timestamp with time zone':
      return new Date();
    case 'jsonb':
      return JSON.stringify({ text: marker });
    case 'tsvector':
      return marker;
    default:
      throw new Error(`fillEveryTable makes no value of the type ${type} (${name})`);
  }
}
