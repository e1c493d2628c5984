import { sql } from 'kysely';
import type { Deployment } from './connect.ts';

/** A key that does not carry the instance, and what it would be where rows are distributed by instance. */
export type KeyWithoutInstance = { table: string; key: string; becomes: string };
export type InstanceKeys = {
  /** Tables with an `instance_id`, and `instance` itself. */
  distributed: string[];
  /** Tables without: each node would have a copy of them. */
  replicated: string[];
  keys: KeyWithoutInstance[];
};

type Key = {
  table: string;
  name: string;
  kind: 'primary key' | 'unique' | 'foreign key';
  columns: string[];
  /** Without `where`: its rows. */
  predicate: string | null;
  isUuid: boolean;
  target: string | null;
  targetColumns: string[] | null;
};

/**
 * What Citus asks of a table distributed by a column: primary keys and unique indexes contain it, and a foreign key
 * between two such tables compares it; to a table that every node has, any key may lead, but none from there
 * (https://docs.citusdata.com/en/stable/develop/reference_ddl.html). Reads the catalog of Postgres, so no key is left out.
 */
export async function findKeysWithoutInstance(database: Deployment['sql']): Promise<InstanceKeys> {
  const { rows: tables } = await sql<{ name: string; hasInstance: boolean }>`
    select relname as name, relname = 'instance' or exists (
      select from pg_attribute where attrelid = c.oid and attname = 'instance_id' and not attisdropped) as "hasInstance"
    from pg_class c where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
      and relname not like 'schema\\_migration%' order by relname`.execute(database);
  const distributed = new Set(tables.flatMap(({ name, hasInstance }) => (hasInstance ? [name] : [])));
  const keys = [...(await uniqueKeys(database)), ...(await foreignKeys(database))]
    .filter(({ table }) => tables.some(({ name }) => name === table))
    .flatMap((key) => {
      const becomes = distributedForm(key, distributed);
      return becomes === null ? [] : [{ table: key.table, key: describe(key), becomes }];
    })
    .sort((one, other) => one.table.localeCompare(other.table));
  return {
    distributed: [...distributed],
    replicated: tables.flatMap(({ name }) => (distributed.has(name) ? [] : [name])),
    keys,
  };
}

const instanceColumn = (table: string) => (table === 'instance' ? 'id' : 'instance_id');

/** Null: it may stay as it is. */
function distributedForm(key: Key, distributed: Set<string>): string | null {
  const { table, columns, target, targetColumns } = key;
  if (!distributed.has(table)) {
    return target && distributed.has(target)
      ? 'no key: a table of the deployment cannot refer to one that is distributed'
      : null;
  }
  const carries = columns.includes(instanceColumn(table));
  const list = ['instance_id', ...columns.filter((column) => column !== 'instance_id')].join(', ');
  if (key.kind !== 'foreign key') {
    if (carries) return null;
    const only = key.isUuid ? '' : '; unique in the deployment by a table that each node has';
    return `${key.kind} (${list})${only}`;
  }
  if (!distributed.has(target!)) return null;
  const at = columns.indexOf(instanceColumn(table));
  if (at >= 0 && targetColumns![at] === instanceColumn(target!)) return null;
  if (target === 'instance') return `(${list}) by way of instance_id alone`;
  const others = targetColumns!.filter((column) => column !== 'instance_id');
  return `foreign key (${list}) references ${target} (${['instance_id', ...others].join(', ')})`;
}

function describe({ kind, columns, predicate, target, targetColumns }: Key): string {
  const where = predicate ? ` where ${predicate}` : '';
  const to = target ? ` references ${target} (${targetColumns!.join(', ')})` : '';
  return `${kind} (${columns.join(', ')})${to}${where}`;
}

async function uniqueKeys(database: Deployment['sql']): Promise<Key[]> {
  const { rows } = await sql<Key>`
    select t.relname as "table", i.relname as name, null as target, null as "targetColumns",
      case when x.indisprimary then 'primary key' else 'unique' end as kind,
      pg_get_expr(x.indpred, x.indrelid) as predicate,
      array(select pg_get_indexdef(x.indexrelid, n, false) from generate_series(1, x.indnkeyatts) n) as columns,
      (select bool_and(a.atttypid = 'uuid'::regtype) and count(*) = 1 from pg_attribute a
        where a.attrelid = x.indrelid and a.attnum = any(x.indkey::int2[])) as "isUuid"
    from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
    where x.indisunique and t.relnamespace = current_schema()::regnamespace
  `.execute(database);
  return rows;
}

async function foreignKeys(database: Deployment['sql']): Promise<Key[]> {
  const { rows } = await sql<Key>`
    select t.relname as "table", k.conname as name, 'foreign key' as kind, null as predicate, false as "isUuid",
      f.relname as target,
      array(select a.attname::text from unnest(k.conkey) with ordinality c (number, place)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number order by place) as columns,
      array(select a.attname::text from unnest(k.confkey) with ordinality c (number, place)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.number order by place) as "targetColumns"
    from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_class f on f.oid = k.confrelid
    where k.contype = 'f' and t.relnamespace = current_schema()::regnamespace
  `.execute(database);
  return rows;
}
