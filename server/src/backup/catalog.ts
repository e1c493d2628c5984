import type { ClientBase } from 'pg';

/** A table of a backup; `columns`: those whose values are stored, without the generated ones. */
export type TableShape = { name: string; columns: string[] };
export type SequenceValue = { name: string; value: number; called: boolean };

/**
 * Not in a backup: what the migrations write themselves, the pause of an earlier restore, objects that the original
 * deletes from its store, what processes say of themselves, and browser sessions with the Web Push subscriptions that end with them, because one that was
 * ended since would be valid again.
 */
const leftOut = [
  ...['schema_migration', 'schema_migration_lock', 'pause', 'object_removal', 'process_report'],
  ...['session', 'verification', 'push_subscription', 'push_delivery'],
];

/** The tables of the schema, by name. Tables that a migration adds are part of a backup unless they are left out. */
export async function readTables(client: ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(
    `select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> all($1)
    order by 1`,
    [leftOut],
  );
  return rows;
}

/** Where each sequence is. `called`: `value` was given out already. */
export async function readSequences(client: ClientBase): Promise<SequenceValue[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'S' and relnamespace = current_schema()::regnamespace order by 1`,
  );
  const values: SequenceValue[] = [];
  for (const { name } of rows) {
    const read = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from ${client.escapeIdentifier(name)}`,
    );
    values.push({ name, value: Number(read.rows[0]!.value), called: read.rows[0]!.called });
  }
  return values;
}

/** The migrations that a database has, in their order; none if it is not a database of Postroom. */
export async function readMigrations(client: ClientBase): Promise<string[]> {
  const found = await client.query(`select to_regclass('schema_migration') is not null as yes`);
  if (!found.rows[0].yes) return [];
  const { rows } = await client.query<{ name: string }>('select name from schema_migration order by name');
  return rows.map(({ name }) => name);
}

/** Some of what a database contains; empty if nothing was ever created in it. */
export async function readContents(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
    order by 1 limit 3`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Takes the triggers and foreign keys away and returns what puts them back. Rows that are loaded are already what the
 * triggers made of them, and come in no order. The keys are checked when they are put back. The owner of the tables may
 * do this; `session_replication_role` is for superusers only.
 */
export async function setAsideTriggersAndKeys(client: ClientBase, tables: TableShape[]) {
  const names = tables.map(({ name }) => client.escapeIdentifier(name));
  const keys = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`,
  );
  for (const { table, name } of keys.rows) await client.query(`alter table ${table} drop constraint ${name}`);
  for (const name of names) await client.query(`alter table ${name} disable trigger user`);
  return async () => {
    for (const name of names) await client.query(`alter table ${name} enable trigger user`);
    for (const { table, name, definition } of keys.rows) {
      await client.query(`alter table ${table} add constraint ${name} ${definition}`);
    }
  };
}
